import {
  amountAt,
  amountOf,
  baseQuantity,
  compactAt,
  dateAt,
  type Fact,
  type Facts,
  firstText,
  textAt,
} from './facts.ts';
import { elements, firstElement, type XmlElement } from './tree.ts';

const isVat = (scheme: XmlElement) => textAt(scheme, 'TaxScheme/ID')?.value.toUpperCase() === 'VAT';

const partyFacts = (role: string, party: XmlElement | undefined): Facts => {
  const schemes = elements(party, 'PartyTaxScheme');
  const registered = textAt(party, 'PartyLegalEntity/RegistrationName');
  const called = textAt(party, 'PartyName/Name');
  return [
    [`${role}.name`, registered ?? called],
    [`${role}.trading_name`, registered && called],
    [`${role}.vat_id`, textAt(schemes.find(isVat), 'CompanyID')],
    [
      `${role}.tax_number`,
      textAt(
        schemes.find((scheme) => !isVat(scheme)),
        'CompanyID',
      ),
    ],
    [`${role}.registration_id`, textAt(party, 'PartyLegalEntity/CompanyID')],
    [`${role}.country`, textAt(party, 'PostalAddress/Country/IdentificationCode')],
    [`${role}.postal_code`, textAt(party, 'PostalAddress/PostalZone')],
    [`${role}.city`, textAt(party, 'PostalAddress/CityName')],
    [`${role}.email`, textAt(party, 'Contact/ElectronicMail')],
    [`${role}.contact_name`, textAt(party, 'Contact/Name')],
    [`${role}.contact_email`, textAt(party, 'Contact/ElectronicMail')],
    [`${role}.contact_phone`, textAt(party, 'Contact/Telephone')],
  ];
};

const itemFacts = (line: XmlElement, index: number): Facts => {
  const quantity = firstElement(line, 'InvoicedQuantity|CreditedQuantity');
  const unit = quantity?.attributes.unitCode;
  const counted = amountOf(quantity);
  return [
    [`items.${index}.id`, textAt(line, 'ID')],
    [`items.${index}.description`, textAt(line, 'Item/Name')],
    [`items.${index}.quantity`, counted],
    [
      `items.${index}.unit_code`,
      counted && unit ? { value: unit, at: `${counted.at}/@unitCode` } : undefined,
    ],
    [`items.${index}.unit_price`, amountAt(line, 'Price/PriceAmount')],
    [`items.${index}.price_base_quantity`, baseQuantity(line, 'Price/BaseQuantity')],
    [`items.${index}.total`, amountAt(line, 'LineExtensionAmount')],
    [`items.${index}.vat_rate`, amountAt(line, 'Item/ClassifiedTaxCategory/Percent')],
  ];
};

const taxFacts = (tax: XmlElement, index: number): Facts => [
  [`taxes.${index}.category`, textAt(tax, 'TaxCategory/ID')],
  [`taxes.${index}.rate`, amountAt(tax, 'TaxCategory/Percent')],
  [`taxes.${index}.basis`, amountAt(tax, 'TaxableAmount')],
  [`taxes.${index}.amount`, amountAt(tax, 'TaxAmount')],
];

/** A second TaxTotal states the same in the tax office's currency, without a breakdown. */
const documentTax = (root: XmlElement, currency: Fact | undefined) => {
  const totals = elements(root, 'TaxTotal');
  return (
    totals.find((total) => firstElement(total, 'TaxAmount')?.attributes.currencyID === currency?.value) ??
    totals[0]
  );
};

/** What a UBL Invoice or CreditNote states. */
export const readUbl = (root: XmlElement): Facts => {
  const currency = textAt(root, 'DocumentCurrencyCode');
  const tax = documentTax(root, currency);
  const sums = firstElement(root, 'LegalMonetaryTotal');
  const accounts = elements(root, 'PaymentMeans').map((means) =>
    compactAt(means, 'PayeeFinancialAccount/ID'),
  );

  return [
    ['profile', textAt(root, 'CustomizationID')],
    ['document_type_code', textAt(root, 'InvoiceTypeCode|CreditNoteTypeCode')],
    ['invoice_number', textAt(root, 'ID')],
    ['issue_date', dateAt(root, 'IssueDate')],
    ['due_date', dateAt(root, 'DueDate') ?? dateAt(root, 'PaymentMeans/PaymentDueDate')],
    ['currency', currency],
    ...partyFacts('supplier', firstElement(root, 'AccountingSupplierParty/Party')),
    ...partyFacts('customer', firstElement(root, 'AccountingCustomerParty/Party')),
    ['payee_name', textAt(root, 'PayeeParty/PartyName/Name')],
    ...accounts.map((iban): Facts[number] => ['ibans', iban]),
    ['bic', compactAt(root, 'PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID')],
    ['payment_reference', firstText(elements(root, 'PaymentMeans/PaymentID'))],
    ['purchase_order', textAt(root, 'OrderReference/ID')],
    ['buyer_reference', textAt(root, 'BuyerReference')],
    ['amount_lines', amountAt(sums, 'LineExtensionAmount')],
    ['amount_untaxed', amountAt(sums, 'TaxExclusiveAmount')],
    ['amount_tax', amountAt(tax, 'TaxAmount')],
    ['total_amount', amountAt(sums, 'TaxInclusiveAmount')],
    ['amount_prepaid', amountAt(sums, 'PrepaidAmount')],
    ['amount_due', amountAt(sums, 'PayableAmount')],
    ...elements(tax, 'TaxSubtotal').flatMap(taxFacts),
    ...elements(root, 'InvoiceLine|CreditNoteLine').flatMap(itemFacts),
  ];
};
