import { describe, expect, it } from 'vitest';
import { classifyDocument } from '../../../functions/ocr_extract/classify-document.ts';
import type { DocumentText } from '../../../shared/extraction/document-text.ts';
import { plainTextDocument } from '../../../shared/extraction/plain-text.ts';

const paper = (...lines: string[]): DocumentText =>
  plainTextDocument([...lines, ...Array(12).fill('')].join('\n'));
const withXml = (xml: string): DocumentText => ({
  ...paper('some page'),
  attachments: [{ name: 'data.xml', bytes: new TextEncoder().encode(xml) }],
});

describe('classifyDocument', () => {
  it.each([
    ['380', 'Invoice'],
    ['380', 'Invoice No. 2024-17'],
    ['380', 'FACTURE N° 17'],
    ['380', 'Rechnung'],
    ['380', 'Factuurnummer: 17'],
    ['380', 'Fattura n. 17'],
    ['380', 'Factura'],
    ['381', 'Credit note'],
    ['381', "Facture d'avoir"],
    ['381', 'Gutschrift'],
    ['381', 'Creditnota 17'],
    ['381', 'Nota di credito'],
    ['381', 'Factura de abono'],
    ['383', 'Debit note'],
    ['384', 'Rechnungskorrektur'],
    ['386', "Facture d'acompte"],
    ['389', 'Self-billed invoice'],
    ['325', 'Proforma invoice'],
    ['receipt', 'Cash receipt'],
    ['receipt', 'Kassenbon'],
    ['order', 'Purchase order'],
    ['order', 'Bon de commande'],
    ['order', 'Auftragsbestätigung'],
    ['delivery_note', 'Lieferschein'],
    ['delivery_note', 'Albarán'],
    ['statement', 'Relevé de compte'],
    ['other', 'Angebot'],
  ])('calls a paper %s by its title %j', (type, title) => {
    const { document_type, type_confidence } = classifyDocument(
      paper('Example Workshop', '', title, '', 'Oak boards   12.00'),
    );

    expect(document_type).toBe(type);
    expect(type_confidence).toBeGreaterThanOrEqual(0.6);
  });

  it('is not misled by the numbers of other papers on an invoice', () => {
    const invoice = paper('Invoice', 'Order number: 4', 'Delivery note no. 9', 'Total 12.00');

    expect(classifyDocument(invoice).document_type).toBe('380');
  });

  it('takes what a till prints for a receipt, unless it still asks for payment', () => {
    const till = ['TAX INVOICE', 'Total 9.00', 'CASH 10.00', 'CHANGE 1.00'];

    expect(classifyDocument(paper(...till)).document_type).toBe('receipt');
    expect(classifyDocument(paper(...till, 'Due date: 4 May 2024')).document_type).toBe('380');
  });

  it.each([
    [
      '381',
      '<rsm:CrossIndustryInvoice xmlns:rsm="a"><ram:TypeCode>381</ram:TypeCode></rsm:CrossIndustryInvoice>',
    ],
    [
      '384',
      '<?xml version="1.0"?><!-- <x> --><Invoice><cbc:InvoiceTypeCode>384</cbc:InvoiceTypeCode></Invoice>',
    ],
    ['381', '<CreditNote xmlns="b"><cbc:ID>1</cbc:ID></CreditNote>'],
    ['381', '<p:FatturaElettronica><TipoDocumento>TD04</TipoDocumento></p:FatturaElettronica>'],
    ['order', '<rsm:SCRDMCCBDACIOMessageStructure></rsm:SCRDMCCBDACIOMessageStructure>'],
  ])('reads %s from the e-invoice inside', (type, xml) => {
    expect(classifyDocument(withXml(xml))).toEqual({ document_type: type, type_confidence: 1 });
  });

  it('leaves XML of another kind to the page', () => {
    expect(classifyDocument(withXml('<x:xmpmeta/>')).document_type).toBe('other');
  });

  it('knows nothing about a blank paper and calls a paper without a label other', () => {
    expect(classifyDocument(paper('')).document_type).toBeNull();
    expect(classifyDocument(paper('Greetings from the seaside')).document_type).toBe('other');
  });
});
