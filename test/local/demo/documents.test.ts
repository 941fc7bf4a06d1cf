import { describe, expect, it } from 'vitest';
import { demoInvoices, suppliers, totalsOf } from '../../../local/demo/demo-data.ts';
import { makeDocument } from '../../../local/demo/documents.ts';
import { facturX } from '../../../local/demo/factur-x.ts';
import { parseInvoiceXml } from '../../../shared/extraction/invoice/xml/parse-invoice-xml.ts';
import { readDocument } from '../../../shared/extraction/read-document.ts';
import { readInvoiceDocument } from '../../../shared/extraction/read-invoice-document.ts';

const factsOf = (invoice: (typeof demoInvoices)[number]) => ({
  invoice_number: invoice.number,
  issue_date: invoice.issueDate,
  total_amount: String(totalsOf(invoice).gross / 100),
  currency: 'EUR',
});

describe('a demo document', () => {
  it.each(demoInvoices.map((invoice) => [invoice.file, invoice] as const))(
    '%s says what the demo data says',
    async (_, invoice) => {
      const read = await readDocument(await makeDocument(invoice));
      const reading = read.ok ? await readInvoiceDocument(read.document) : read;

      expect(reading).toMatchObject({ status: 'extracted', invoice: factsOf(invoice) });
    },
    60_000,
  );

  it('comes out byte for byte the same', async () => {
    const [invoice] = demoInvoices;
    if (!invoice) throw new Error('no demo invoice');

    const [first, second] = await Promise.all([makeDocument(invoice), makeDocument(invoice)]);

    expect(first.equals(second)).toBe(true);
  });
});

describe('the Factur-X of a demo invoice', () => {
  it.each(demoInvoices.map((invoice) => [invoice.number, invoice] as const))('%s parses', (_, invoice) => {
    const xml = parseInvoiceXml(Buffer.from(facturX(invoice)));

    const value = (fact: string) => ({ value: fact });
    const facts = { ...factsOf(invoice), 'supplier.name': suppliers[invoice.supplier].name };
    expect(xml).toMatchObject({
      kind: 'invoice',
      syntax: 'CII',
      facts: Object.fromEntries(Object.entries(facts).map(([path, fact]) => [path, value(fact)])),
    });
  });
});
