import { describe, expect, test } from 'vitest';
import { parseInvoiceXml } from '../../../../../shared/extraction/invoice/xml/parse-invoice-xml.ts';
import {
  ciiContact,
  ciiXml,
  creditNoteXml,
  fatturaXml,
  zugferd1Xml,
} from '../../../../support/invoice-xml.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const read = (text: string) => {
  const xml = parseInvoiceXml(bytes(text));
  if (xml.kind !== 'invoice') throw new Error(`read as ${xml.kind}`);
  return {
    ...xml,
    values: Object.fromEntries(Object.entries(xml.facts).map(([path, { value }]) => [path, value])),
  };
};

describe('parseInvoiceXml', () => {
  test('reads a CrossIndustryInvoice', () => {
    const { syntax, profile, document_type_code, values, facts } = read(ciiXml());

    expect({ syntax, profile, document_type_code }).toEqual({
      syntax: 'CII',
      profile: 'urn:cen.eu:en16931:2017',
      document_type_code: '380',
    });
    expect(values).toEqual({
      invoice_number: 'A-17',
      issue_date: '2024-02-29',
      currency: 'EUR',
      'supplier.name': 'Muster & Söhne',
      'supplier.vat_id': 'FR83404833048',
      'supplier.tax_number': '201/1',
      'supplier.country': 'FR',
      'supplier.postal_code': '75001',
      'supplier.city': 'Paris',
      'customer.name': 'Kunde',
      amount_lines: '100',
      amount_untaxed: '100',
      amount_tax: '20',
      total_amount: '120',
      amount_due: '120',
      'taxes.0.category': 'S',
      'taxes.0.rate': '20',
      'taxes.0.basis': '100',
      'taxes.0.amount': '20',
      'items.0.id': '00012',
      'items.0.description': 'Blue widget',
      'items.0.quantity': '4',
      'items.0.unit_code': 'H87',
      'items.0.unit_price': '25',
      'items.0.total': '100',
      'items.0.vat_rate': '20',
    });
    expect(facts['supplier.vat_id']?.at).toBe(
      '/CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement/SellerTradeParty/SpecifiedTaxRegistration[2]/ID',
    );
  });

  test('takes the account of the payee, not the debtor, and keeps every one', () => {
    const means = (side: string, iban: string) =>
      `<ram:SpecifiedTradeSettlementPaymentMeans><ram:${side}><ram:IBANID>${iban}</ram:IBANID></ram:${side}></ram:SpecifiedTradeSettlementPaymentMeans>`;
    const settlement =
      means('PayerPartyDebtorFinancialAccount', 'DE21860000000086001055') +
      means('PayeePartyCreditorFinancialAccount', 'DE02 1203 0000 0000 2020 51') +
      means('PayeePartyCreditorFinancialAccount', 'DE88200800000970375700') +
      means('PayeePartyCreditorFinancialAccount', 'DE02120300000000202051');

    const { ibans, values } = read(ciiXml({ settlement }));

    expect(values.iban).toBe('DE02120300000000202051');
    expect(ibans.map(({ value }) => value)).toEqual(['DE02120300000000202051', 'DE88200800000970375700']);
  });

  test('reads ZUGFeRD 1.0 and does not take a note for an item', () => {
    const { syntax, values } = read(zugferd1Xml());

    expect(syntax).toBe('CII-1.0');
    expect(values).toMatchObject({
      invoice_number: 'Z-1',
      issue_date: '2013-03-05',
      purchase_order: 'PO-9',
      total_amount: '119',
      'taxes.0.rate': '19',
      'items.0.description': 'Saddle',
    });
    expect(Object.keys(values).filter((path) => path.startsWith('items.1'))).toEqual([]);
  });

  test('reads a UBL credit note with the sign of the source', () => {
    const { syntax, document_type_code, values, ibans } = read(creditNoteXml());

    expect({ syntax, document_type_code }).toEqual({ syntax: 'UBL', document_type_code: '381' });
    expect(values).toMatchObject({
      due_date: '2024-03-31',
      'supplier.name': 'Shop GmbH',
      'supplier.trading_name': 'Shop',
      'supplier.vat_id': 'DE136695976',
      'supplier.tax_number': '201/9',
      'customer.name': 'Buyer',
      amount_tax: '-9.5',
      total_amount: '-59.5',
      'taxes.0.basis': '-50',
      'items.0.price_base_quantity': '100',
      iban: 'DE02120300000000202051',
    });
    expect(ibans).toHaveLength(2);
  });

  test('reads a FatturaElettronica of a person', () => {
    const { syntax, document_type_code, values, documents } = read(fatturaXml({ bodies: 2 }));

    expect({ syntax, document_type_code, documents }).toEqual({
      syntax: 'FatturaPA',
      document_type_code: 'TD01',
      documents: 2,
    });
    expect(values).toMatchObject({
      invoice_number: 'F/3',
      'supplier.name': 'Ada Prova',
      'supplier.vat_id': 'IT00743110157',
      due_date: '2024-06-06',
      total_amount: '12.2',
      amount_due: '12.2',
      'items.0.total': '10',
    });
  });

  test('does not take one instalment of several for the amount due', () => {
    expect(read(fatturaXml({ payments: 2 })).values.amount_due).toBeUndefined();
  });

  test.each([
    ['CII', ciiXml({ seller: ciiContact() }), 'Tanja Feld'],
    [
      'UBL',
      creditNoteXml().replace(
        '<cac:PartyLegalEntity>',
        '<cac:Contact><cbc:Name>Tanja Feld</cbc:Name><cbc:Telephone>+49 30 1234567</cbc:Telephone><cbc:ElectronicMail>t.feld@oak.example</cbc:ElectronicMail></cac:Contact>$&',
      ),
      'Tanja Feld',
    ],
    [
      'FatturaPA, which names nobody',
      fatturaXml().replace(
        '</Sede>',
        '$&<Contatti><Telefono>+49 30 1234567</Telefono><Email>t.feld@oak.example</Email></Contatti>',
      ),
      undefined,
    ],
  ])('reads whom to ask from %s', (_syntax, xml, name) => {
    const { values } = read(xml);

    expect(values['supplier.contact_name']).toBe(name);
    expect(values).toMatchObject({
      'supplier.contact_email': 't.feld@oak.example',
      'supplier.contact_phone': '+49 30 1234567',
    });
  });

  test('leaves out a date that is on no calendar', () => {
    expect(read(ciiXml({ date: '20240231' })).values.issue_date).toBeUndefined();
    expect(read(ciiXml({ date: '20241345' })).values.issue_date).toBeUndefined();
  });

  test.each([
    ['<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"><ID>1</ID></Order>', 'Order'],
    ['<x:SCRDMCCBDACIOMessageStructure xmlns:x="y"/>', 'SCRDMCCBDACIOMessageStructure'],
  ])('says what is no invoice: %s', (text, root) => {
    expect(parseInvoiceXml(bytes(text))).toEqual({ kind: 'other', root });
  });

  test.each(['toString', 'hasOwnProperty', 'valueOf'])(
    'takes a root named %s for nothing special',
    (root) => {
      expect(parseInvoiceXml(bytes(`<${root}/>`)).kind).not.toBe('invoice');
    },
  );
});
