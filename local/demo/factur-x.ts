import { XMLBuilder } from 'fast-xml-parser';
import { type DemoInvoice, type DemoParty, decimal, studio, suppliers, totalsOf } from './demo-data.ts';

/** The invoice as Factur-X (CII D22B, profile EN 16931), as its sender would embed it. */
export function facturX(invoice: DemoInvoice): string {
  const supplier = suppliers[invoice.supplier];
  const { net, tax, gross } = totalsOf(invoice);
  const date = (iso: string) => ({
    'udt:DateTimeString': { '#text': iso.replaceAll('-', ''), '@format': '102' },
  });
  const taxOf = (amounts: object) => ({
    ...amounts,
    'ram:TypeCode': 'VAT',
    'ram:CategoryCode': 'S',
    'ram:RateApplicablePercent': invoice.taxPercent,
  });
  const document = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    'rsm:CrossIndustryInvoice': {
      '@xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
      '@xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
      '@xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
      'rsm:ExchangedDocumentContext': {
        'ram:GuidelineSpecifiedDocumentContextParameter': { 'ram:ID': 'urn:cen.eu:en16931:2017' },
      },
      'rsm:ExchangedDocument': {
        'ram:ID': invoice.number,
        'ram:TypeCode': '380',
        'ram:IssueDateTime': date(invoice.issueDate),
      },
      'rsm:SupplyChainTradeTransaction': {
        'ram:IncludedSupplyChainTradeLineItem': invoice.lines.map((line, index) => ({
          'ram:AssociatedDocumentLineDocument': { 'ram:LineID': index + 1 },
          'ram:SpecifiedTradeProduct': { 'ram:Name': line.description },
          'ram:SpecifiedLineTradeAgreement': {
            'ram:NetPriceProductTradePrice': { 'ram:ChargeAmount': decimal(line.unitPrice) },
          },
          'ram:SpecifiedLineTradeDelivery': {
            'ram:BilledQuantity': { '#text': line.quantity, '@unitCode': 'C62' },
          },
          'ram:SpecifiedLineTradeSettlement': {
            'ram:ApplicableTradeTax': taxOf({}),
            'ram:SpecifiedTradeSettlementLineMonetarySummation': {
              'ram:LineTotalAmount': decimal(line.quantity * line.unitPrice),
            },
          },
        })),
        'ram:ApplicableHeaderTradeAgreement': {
          'ram:SellerTradeParty': party(supplier),
          'ram:BuyerTradeParty': party(studio),
        },
        'ram:ApplicableHeaderTradeDelivery': '',
        'ram:ApplicableHeaderTradeSettlement': {
          'ram:PaymentReference': invoice.number,
          'ram:InvoiceCurrencyCode': 'EUR',
          'ram:SpecifiedTradeSettlementPaymentMeans': {
            'ram:TypeCode': '58',
            'ram:PayeePartyCreditorFinancialAccount': { 'ram:IBANID': supplier.iban },
            'ram:PayeeSpecifiedCreditorFinancialInstitution': { 'ram:BICID': supplier.bic },
          },
          'ram:ApplicableTradeTax': taxOf({
            'ram:CalculatedAmount': decimal(tax),
            'ram:BasisAmount': decimal(net),
          }),
          'ram:SpecifiedTradePaymentTerms': { 'ram:DueDateDateTime': date(invoice.dueDate) },
          'ram:SpecifiedTradeSettlementHeaderMonetarySummation': {
            'ram:LineTotalAmount': decimal(net),
            'ram:TaxBasisTotalAmount': decimal(net),
            'ram:TaxTotalAmount': { '#text': decimal(tax), '@currencyID': 'EUR' },
            'ram:GrandTotalAmount': decimal(gross),
            'ram:DuePayableAmount': decimal(gross),
          },
        },
      },
    },
  };
  return new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true }).build(document);
}

const party = ({ name, street, postalCode, city, country, vatId, email, contact }: DemoParty) => ({
  'ram:Name': name,
  ...(contact
    ? {
        'ram:DefinedTradeContact': {
          'ram:PersonName': contact.name,
          'ram:TelephoneUniversalCommunication': { 'ram:CompleteNumber': contact.phone },
          'ram:EmailURIUniversalCommunication': { 'ram:URIID': contact.email },
        },
      }
    : {}),
  'ram:PostalTradeAddress': {
    'ram:PostcodeCode': postalCode,
    'ram:LineOne': street,
    'ram:CityName': city,
    'ram:CountryID': country,
  },
  'ram:URIUniversalCommunication': { 'ram:URIID': { '#text': email, '@schemeID': 'EM' } },
  'ram:SpecifiedTaxRegistration': { 'ram:ID': { '#text': vatId, '@schemeID': 'VA' } },
});
