import { describe, expect, test } from 'vitest';
import type { DocumentText } from '../../../../shared/extraction/document-text.ts';
import { XML_INLINE_MAX_BYTES, xmlToParseApart } from '../../../../shared/extraction/invoice/choose-xml.ts';
import type { ExtractedInvoice } from '../../../../shared/extraction/invoice/invoice.ts';
import { type ReadInvoiceOptions, readInvoice } from '../../../../shared/extraction/invoice/read-invoice.ts';
import { parseInvoiceXml } from '../../../../shared/extraction/invoice/xml/parse-invoice-xml.ts';
import { documentText, xmlDocument } from '../../../support/document-text.ts';
import { ciiXml, creditNoteXml } from '../../../support/invoice-xml.ts';

const extracted = (document: DocumentText, options: ReadInvoiceOptions = {}): ExtractedInvoice => {
  const reading = readInvoice(document, options);
  if (reading.status !== 'extracted') throw new Error(`${reading.status}: ${reading.code}`);
  return reading;
};

const attached = (xml: string, name = 'factur-x.xml') => ({ name, bytes: new TextEncoder().encode(xml) });

const germanInvoice = `
Muster Werkzeuge GmbH - Hauptstr. 1 - 10115 Berlin

Kunde Beispiel AG
Nebenweg 7
80331 München

RECHNUNG

Rechnungsnummer      RE-2024-017
Rechnungsdatum       05.03.2024
Fällig am            04.04.2024

Pos   Beschreibung            Menge      Preis      Betrag
1     Hammer                      2      50,00      100,00
2     Zange                       1   1.000,00    1.000,00

                          Summe netto             1.100,00 €
                          zzgl. 19% USt             209,00 €
                          Gesamtbetrag            1.309,00 €

USt-IdNr.: DE136695976      IBAN DE02 1203 0000 0000 2020 51      BIC BYLADEM1001
`;

describe('from the page', () => {
  test('reads a German invoice', () => {
    const { invoice, document_type_code, ibans, quality_flags } = extracted(documentText(germanInvoice));

    expect(invoice).toMatchObject({
      invoice_number: 'RE-2024-017',
      issue_date: '2024-03-05',
      due_date: '2024-04-04',
      currency: 'EUR',
      amount_untaxed: '1100',
      amount_tax: '209',
      total_amount: '1309',
      iban: 'DE02120300000000202051',
      bic: 'BYLADEM1001',
      supplier: { name: 'Muster Werkzeuge GmbH', vat_id: 'DE136695976' },
      customer: { name: 'Kunde Beispiel AG' },
    });
    expect(document_type_code).toBe('380');
    expect(ibans).toEqual(['DE02120300000000202051']);
    expect(quality_flags).toEqual([]);
  });

  test('reads a table of items that adds up, and none that does not', () => {
    const items = [
      { id: '1', description: 'Hammer', quantity: '2', unit_price: '50', total: '100' },
      { id: '2', description: 'Zange', quantity: '1', unit_price: '1000', total: '1000' },
    ];

    expect(extracted(documentText(germanInvoice)).invoice).toMatchObject({ items, item_count: 2 });
    const damaged = extracted(documentText(germanInvoice.replace('2      50,00', '3      50,00'))).invoice;
    expect([damaged.items, damaged.item_count]).toEqual([undefined, undefined]);
  });

  test('says for every value how sure it is and where it stands', () => {
    const { fields } = extracted(documentText(germanInvoice));

    expect(fields.total_amount).toMatchObject({ confidence: 0.95, source: 'text' });
    expect(fields.invoice_number).toMatchObject({ confidence: 0.8, source: 'text' });
    expect(Object.values(fields).every(({ evidence, confidence }) => evidence !== '' && confidence > 0)).toBe(
      true,
    );
    expect(fields.iban?.evidence).toMatch(/^page 1 \[\d+,\d+,\d+,\d+\]$/);
  });

  test.each([
    [
      'English',
      'INVOICE\nInvoice No: INV-77   Invoice Date: March 4, 2024\nSubtotal  $100.00\nTax (8%)  $8.00\nTotal due  $108.00',
      { invoice_number: 'INV-77', issue_date: '2024-03-04', total_amount: '108', currency: 'USD' },
    ],
    [
      'French',
      'FACTURE N° F2024-12\nDate de facture : 04/03/2024\nTotal HT   1 000,00 €\nTVA 20%   200,00 €\nTotal TTC   1 200,00 €',
      {
        invoice_number: 'F2024-12',
        issue_date: '2024-03-04',
        amount_untaxed: '1000',
        total_amount: '1200',
        currency: 'EUR',
      },
    ],
    [
      'Dutch',
      'FACTUUR\nFactuurnummer: 20240117\nFactuurdatum: 4 maart 2024\nExclusief BTW   € 100,00\nBTW 21%   € 21,00\nTotaal   € 121,00',
      { invoice_number: '20240117', issue_date: '2024-03-04', amount_tax: '21', total_amount: '121' },
    ],
    [
      'Italian',
      'Fattura n. 45/A\nData fattura: 04/03/2024\nImponibile   100,00 €\nIVA 22%   22,00 €\nTotale fattura   122,00 €',
      { invoice_number: '45/A', issue_date: '2024-03-04', total_amount: '122' },
    ],
    [
      'Spanish',
      'Factura nº 2024-9\nFecha de factura: 4 de marzo de 2024\nBase imponible   100,00 €\nIVA 21%   21,00 €\nImporte total   121,00 €',
      { invoice_number: '2024-9', issue_date: '2024-03-04', total_amount: '121' },
    ],
  ])('reads %s labels', (_language, page, expected) => {
    expect(extracted(documentText(page)).invoice).toMatchObject(expected);
  });

  test('takes neither cash, change nor the tax summary for the total of a till slip', () => {
    const slip = `CORNER SHOP SDN BHD\nRECEIPT # 4711\nDATE: 06/03/2024\nITEM A          14.00\nSUB TOTAL       14.00\nGST 6%           0.84\nROUNDING ADJ     0.01\nTOTAL           14.85\nCASH            50.00\nCHANGE          35.15\nGST SUMMARY   AMOUNT   TAX\nTOTAL   14.00   0.84`;

    const { invoice, fields } = extracted(documentText(slip));

    expect(invoice).toMatchObject({ total_amount: '14.85', issue_date: '2024-03-06' });
    expect(fields.total_amount?.confidence).toBe(0.95);
  });

  test('never takes the own company for the supplier of a purchase', () => {
    const page =
      'Own Trading Ltd\n1 Road\n\nOther Makers Ltd\n2 Street\n\nINVOICE\nInvoice No: 12-3\nDate: 01/02/2024\nTotal  £10.00';

    const { invoice } = extracted(documentText(page), { ownCompany: { name: 'Own Trading Limited' } });

    expect(invoice.supplier?.name).toBe('Other Makers Ltd');
    expect(invoice.customer?.name).toBe('Own Trading Ltd');
  });

  test('lets the country decide what the page leaves open', () => {
    const page = 'INVOICE\nInvoice No: 12-3\nInvoice date: 03/04/2024\nTotal  10.00';

    expect(extracted(documentText(page), { country: 'US' }).invoice).toMatchObject({
      issue_date: '2024-03-04',
      currency: 'USD',
    });
    expect(extracted(documentText(page), { country: 'GB' }).invoice).toMatchObject({
      issue_date: '2024-04-03',
      currency: 'GBP',
    });
  });

  test('caps what stands on a poorly recognised page', () => {
    const { fields, quality_flags } = extracted(
      documentText(germanInvoice, { source: 'ocr', confidence: 0.5 }),
    );

    expect(fields.total_amount).toMatchObject({ confidence: 0.6, source: 'ocr' });
    expect(quality_flags).toContain('poorly_recognised');
  });

  test('keeps an account whose checksum fails, doubts it and says so', () => {
    const page = germanInvoice.replace('2020 51', '2020 52');

    const { fields, quality_flags } = extracted(documentText(page));

    expect(fields.iban?.confidence).toBe(0.6);
    expect(quality_flags).toContain('iban_checksum_failed');
  });

  test.each([
    ['an order confirmation', 'ORDER CONFIRMATION\nNo. 4711\nDate: 01/02/2024\nTotal  100.00'],
    ['a delivery note', 'Lieferschein Nr. 17\nDatum 01.02.2024\nHammer 2 Stk'],
    ['a statement', 'Kontoauszug\nDatum 01.02.2024\nSaldo 100,00'],
    ['a letter', 'Dear Sir,\nthank you for the lovely evening.\nYours'],
  ])('halts on %s without amounts', (_name, page) => {
    const reading = readInvoice(documentText(page));

    expect(reading).toMatchObject({ status: 'halted', code: 'not_an_invoice' });
    expect(reading).not.toHaveProperty('invoice');
  });

  test('halts on blank pages', () => {
    expect(readInvoice(documentText(''))).toMatchObject({ status: 'halted', code: 'no_text' });
  });

  test('reads the same twice', () => {
    expect(extracted(documentText(germanInvoice))).toEqual(extracted(documentText(germanInvoice)));
  });

  test('stays quick on thousands of lines made to slow it down', () => {
    const page = [
      'Invoice No: 1-1',
      ...Array.from({ length: 3000 }, (_, at) => `Total net VAT 19% ${at}.00 ${at}.19   ${'a-'.repeat(150)}`),
    ].join('\n');

    expect(readInvoice(documentText(page)).status).toBe('extracted');
  }, 20_000);
});

describe('from XML', () => {
  test('reads a bare XML with full confidence', () => {
    const { invoice, fields, syntax } = extracted(xmlDocument(ciiXml()));

    expect(syntax).toBe('CII');
    expect(invoice).toMatchObject({
      total_amount: '120',
      item_count: 1,
      items: [{ description: 'Blue widget' }],
      taxes: [{ rate: '20' }],
    });
    expect(fields.total_amount).toMatchObject({ confidence: 1, source: 'xml' });
    expect(fields.total_amount?.evidence).toMatch(
      /^document\.xml \/CrossIndustryInvoice\/.*GrandTotalAmount$/,
    );
  });

  test('prefers the attachment to the page, and keeps the type of a credit note', () => {
    const document = documentText(germanInvoice, {
      attachments: [attached(creditNoteXml(), 'ZUGFeRD-Invoice.XML')],
    });

    expect(extracted(document)).toMatchObject({
      document_type_code: '381',
      invoice: { invoice_number: 'CN-7' },
    });
  });

  test('takes an XML of another name when its root is an invoice', () => {
    const document = documentText('Rechnung', {
      attachments: [attached('<note/>', 'a.xml'), attached(ciiXml(), 'b.xml')],
    });

    expect(extracted(document).invoice.invoice_number).toBe('A-17');
  });

  test('reports number and total on which page and XML disagree', () => {
    const { conflicts, quality_flags, invoice } = extracted(
      documentText(germanInvoice, { attachments: [attached(ciiXml())] }),
    );

    expect(conflicts).toEqual([
      { field: 'invoice_number', xml: 'A-17', page: 'RE-2024-017' },
      { field: 'total_amount', xml: '120', page: '1309' },
    ]);
    expect(quality_flags).toContain('total_amount_conflicts_with_page');
    expect(invoice.total_amount).toBe('120');
  });

  test('sees no conflict where the value of the XML stands on the page', () => {
    const page = germanInvoice.replace('RE-2024-017', 'A 17').replace('1.309,00', '120,00');

    expect(extracted(documentText(page, { attachments: [attached(ciiXml())] })).conflicts).toEqual([]);
  });

  test.each([
    ['broken', '<a><b></a>'],
    ['hostile', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ])('reads the page behind a %s attachment and flags it', (_name, xml) => {
    const { invoice, quality_flags } = extracted(
      documentText(germanInvoice, { attachments: [attached(xml)] }),
    );

    expect(invoice.invoice_number).toBe('RE-2024-017');
    expect(quality_flags).toContain('attached_xml_unreadable');
  });

  test.each([
    ['an order-x.xml', [attached('<x:SCRDMCCBDACIOMessageStructure xmlns:x="y"/>', 'order-x.xml')]],
    ['a wrong root', [attached('<myinvoice/>')]],
  ])('halts on %s even though the page is readable', (_name, attachments) => {
    expect(readInvoice(documentText(germanInvoice, { attachments }))).toMatchObject({
      status: 'halted',
      code: 'not_an_invoice',
    });
  });

  test('fails on a bare XML that is refused', () => {
    expect(readInvoice(xmlDocument('<!DOCTYPE a><a/>'))).toMatchObject({
      status: 'failed',
      code: 'UNREADABLE',
    });
  });

  test('leaves XML over 1 MB to be parsed elsewhere', () => {
    const document = xmlDocument(ciiXml().replace('Blue widget', 'x'.repeat(XML_INLINE_MAX_BYTES)));
    const [large] = xmlToParseApart(document);

    expect(readInvoice(document)).toMatchObject({ status: 'failed', code: 'TOO_LARGE' });
    expect(large).toBeDefined();
    const parsedXml = new Map(large ? [[large, parseInvoiceXml(large)]] : []);
    expect(extracted(document, { parsedXml }).invoice.invoice_number).toBe('A-17');
    expect(xmlToParseApart(xmlDocument(ciiXml()))).toEqual([]);
  });
});
