import {
  amountAt,
  amountOf,
  baseQuantity,
  compactAt,
  dateAt,
  type Facts,
  firstText,
  textAt,
} from './facts.ts';
import { elements, firstElement, type XmlElement } from './tree.ts';

// Factur-X, ZUGFeRD 2 and XRechnung (CrossIndustryInvoice) and ZUGFeRD 1.0 (CrossIndustryDocument) say the same with
// other element names, hence the alternatives in the paths.
const TRADE = 'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction';
const AGREEMENT = 'ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement';
const SETTLEMENT = 'ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement';
const SUMS = 'SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation';
const CONTACT = 'DefinedTradeContact';
const RATE = 'RateApplicablePercent|ApplicablePercent';
const LINE_AGREEMENT = 'SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement';
const LINE_DELIVERY = 'SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery';
const LINE_SETTLEMENT = 'SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement';
const LINE_SUMS = 'SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation';

const registration = (party: XmlElement | undefined, scheme: string) =>
  firstText(
    elements(party, 'SpecifiedTaxRegistration/ID').filter(({ attributes }) => attributes.schemeID === scheme),
  );

const partyFacts = (role: string, party: XmlElement | undefined): Facts => [
  [`${role}.name`, textAt(party, 'Name')],
  [`${role}.trading_name`, textAt(party, 'SpecifiedLegalOrganization/TradingBusinessName')],
  [`${role}.vat_id`, registration(party, 'VA')],
  [`${role}.tax_number`, registration(party, 'FC')],
  [`${role}.registration_id`, textAt(party, 'SpecifiedLegalOrganization/ID')],
  [`${role}.country`, textAt(party, 'PostalTradeAddress/CountryID')],
  [`${role}.postal_code`, textAt(party, 'PostalTradeAddress/PostcodeCode')],
  [`${role}.city`, textAt(party, 'PostalTradeAddress/CityName')],
  [`${role}.email`, textAt(party, `${CONTACT}/EmailURIUniversalCommunication/URIID`)],
  [`${role}.contact_name`, textAt(party, `${CONTACT}/PersonName`)],
  [`${role}.contact_email`, textAt(party, `${CONTACT}/EmailURIUniversalCommunication/URIID`)],
  [`${role}.contact_phone`, textAt(party, `${CONTACT}/TelephoneUniversalCommunication/CompleteNumber`)],
];

const itemFacts = (line: XmlElement, index: number): Facts => {
  const price = firstElement(line, `${LINE_AGREEMENT}/NetPriceProductTradePrice`);
  const quantity = firstElement(line, `${LINE_DELIVERY}/BilledQuantity`);
  const unit = quantity?.attributes.unitCode;
  const counted = amountOf(quantity);
  return [
    [`items.${index}.id`, textAt(line, 'AssociatedDocumentLineDocument/LineID')],
    [`items.${index}.description`, textAt(line, 'SpecifiedTradeProduct/Name')],
    [`items.${index}.quantity`, counted],
    [
      `items.${index}.unit_code`,
      counted && unit ? { value: unit, at: `${counted.at}/@unitCode` } : undefined,
    ],
    [`items.${index}.unit_price`, amountAt(price, 'ChargeAmount')],
    [`items.${index}.price_base_quantity`, baseQuantity(price, 'BasisQuantity')],
    [`items.${index}.total`, amountAt(line, `${LINE_SETTLEMENT}/${LINE_SUMS}/LineTotalAmount`)],
    [`items.${index}.vat_rate`, amountAt(line, `${LINE_SETTLEMENT}/ApplicableTradeTax/${RATE}`)],
  ];
};

// ZUGFeRD 1.0 has lines that carry nothing but a note.
const isItem = (line: XmlElement) =>
  firstElement(line, 'SpecifiedTradeProduct') !== undefined ||
  firstElement(line, `${LINE_DELIVERY}/BilledQuantity`) !== undefined;

const taxFacts = (tax: XmlElement, index: number): Facts => [
  [`taxes.${index}.category`, textAt(tax, 'CategoryCode')],
  [`taxes.${index}.rate`, amountAt(tax, RATE)],
  [`taxes.${index}.basis`, amountAt(tax, 'BasisAmount')],
  [`taxes.${index}.amount`, amountAt(tax, 'CalculatedAmount')],
];

/** The tax total may be stated twice, in the invoice's currency and in the tax office's. */
const taxTotal = (sums: XmlElement | undefined, currency: string | undefined) => {
  const totals = elements(sums, 'TaxTotalAmount');
  return amountOf(totals.find(({ attributes }) => attributes.currencyID === currency) ?? totals[0]);
};

/** What a CrossIndustryInvoice or CrossIndustryDocument states. */
export const readCii = (root: XmlElement): Facts => {
  const header = firstElement(root, 'ExchangedDocument|HeaderExchangedDocument');
  const trade = firstElement(root, TRADE);
  const agreement = firstElement(trade, AGREEMENT);
  const settlement = firstElement(trade, SETTLEMENT);
  const sums = firstElement(settlement, SUMS);
  const means = elements(settlement, 'SpecifiedTradeSettlementPaymentMeans');
  const currency = textAt(settlement, 'InvoiceCurrencyCode');
  const accounts = means.map((each) => compactAt(each, 'PayeePartyCreditorFinancialAccount/IBANID'));

  return [
    [
      'profile',
      textAt(
        root,
        'ExchangedDocumentContext|SpecifiedExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID',
      ),
    ],
    ['document_type_code', textAt(header, 'TypeCode')],
    ['invoice_number', textAt(header, 'ID')],
    ['issue_date', dateAt(header, 'IssueDateTime/DateTimeString')],
    ['due_date', dateAt(settlement, 'SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString')],
    ['currency', currency],
    ...partyFacts('supplier', firstElement(agreement, 'SellerTradeParty')),
    ...partyFacts('customer', firstElement(agreement, 'BuyerTradeParty')),
    ['payee_name', textAt(settlement, 'PayeeTradeParty/Name')],
    ...accounts.map((iban): Facts[number] => ['ibans', iban]),
    [
      'bic',
      compactAt(
        settlement,
        'SpecifiedTradeSettlementPaymentMeans/PayeeSpecifiedCreditorFinancialInstitution/BICID',
      ),
    ],
    ['payment_reference', textAt(settlement, 'PaymentReference')],
    ['purchase_order', textAt(agreement, 'BuyerOrderReferencedDocument/IssuerAssignedID|ID')],
    ['buyer_reference', textAt(agreement, 'BuyerReference')],
    ['amount_lines', amountAt(sums, 'LineTotalAmount')],
    ['amount_untaxed', amountAt(sums, 'TaxBasisTotalAmount')],
    ['amount_tax', taxTotal(sums, currency?.value)],
    ['total_amount', amountAt(sums, 'GrandTotalAmount')],
    ['amount_prepaid', amountAt(sums, 'TotalPrepaidAmount')],
    ['amount_due', amountAt(sums, 'DuePayableAmount')],
    ...elements(settlement, 'ApplicableTradeTax').flatMap(taxFacts),
    ...elements(trade, 'IncludedSupplyChainTradeLineItem').filter(isItem).flatMap(itemFacts),
  ];
};
