import { describe, expect, test } from 'vitest';
import { addAnswer, ModelInvoice, wantsModel } from '../../../functions/ai_invoice/ask-model.ts';
import type { Fact, InvoiceFacts } from '../../../functions/ai_invoice/facts.ts';

const fact = (value: string, confidence = 0.8): Fact => ({
  value,
  confidence,
  source: 'text',
  evidence: 'page 1',
});
const invoiceOf = (facts: Record<string, Fact> = {}, structured = false): InvoiceFacts => ({
  structured,
  document_type_code: '380',
  facts,
  items: [],
  ibans: [],
  flags: [],
  conflicts: [],
});
const full = {
  invoice_number: fact('A-1'),
  issue_date: fact('2026-03-02'),
  currency: fact('EUR'),
  total_amount: fact('120'),
  'supplier.name': fact('Shop'),
};
const answer = (parts: Partial<ModelInvoice>): ModelInvoice => ({
  ...(Object.fromEntries(Object.keys(ModelInvoice.shape).map((key) => [key, null])) as ModelInvoice),
  ...parts,
});
const add = (facts: Record<string, Fact>, parts: Partial<ModelInvoice>, text = '') =>
  addAnswer(invoiceOf(facts), answer(parts), { text, modelId: 'small-1' });

describe('a model is wanted', () => {
  test('only when something essential is missing or a guess', () => {
    expect(wantsModel(invoiceOf(full))).toBe(false);
    expect(wantsModel(invoiceOf({ ...full, total_amount: fact('120', 0.5) }))).toBe(true);
    expect(wantsModel(invoiceOf())).toBe(true);
  });

  test('never for XML', () => {
    expect(wantsModel(invoiceOf({}, true))).toBe(false);
  });
});

describe('its answer', () => {
  test('never replaces what the evidence says', () => {
    expect(add(full, { invoice_number: 'B-2', total_amount: '999' }, 'B-2 999').facts).toEqual(full);
  });

  test('stays a proposal unless the page holds the same', () => {
    const { facts } = add({}, { invoice_number: 'A-1', supplier_name: 'Shop' }, 'Invoice A-1');

    expect(facts.invoice_number).toMatchObject({ value: 'A-1', confidence: 0.75, source: 'model' });
    expect(facts['supplier.name']).toMatchObject({ confidence: 0.6 });
  });

  test('about money stays one even then', () => {
    expect(add({}, { total_amount: '120.00' }, 'Total 120.00').facts.total_amount?.confidence).toBe(0.65);
  });

  test('about the total is taken when net and tax of the page add up to it', () => {
    const page = { amount_untaxed: fact('100'), amount_tax: fact('20') };

    expect(add(page, { total_amount: '120' }, '100 20 120').facts.total_amount?.confidence).toBe(0.75);
    expect(add(page, { total_amount: '130' }, '100 20 130').facts.total_amount?.confidence).toBe(0.65);
  });

  test('takes back that a field is missing, and says who filled it', () => {
    const flags = ['invoice_number_missing', 'supplier_name_missing', 'poorly_recognised'];
    const said = answer({ supplier_name: 'Shop' });

    const filled = addAnswer({ ...invoiceOf(), flags }, said, { text: 'Shop', modelId: 'small-1' });

    expect(filled.flags).toEqual(['invoice_number_missing', 'poorly_recognised', 'model_used']);
    expect(addAnswer({ ...invoiceOf(), flags }, answer({}), { text: '', modelId: 'small-1' }).flags).toEqual(
      flags,
    );
  });

  test('does not prove itself', () => {
    const said = { amount_untaxed: '100', amount_tax: '20', total_amount: '120' };

    expect(add({}, said, '100 20 120').facts.total_amount?.confidence).toBe(0.65);
  });

  test.each([
    [{ issue_date: '31.03.2026' }],
    [{ issue_date: '2026-02-30' }],
    [{ currency: 'euros' }],
    [{ total_amount: '1,20' }],
    [{ total_amount: 'NaN' }],
    [{ invoice_number: ' ' }],
    [{ invoice_number: 'x'.repeat(201) }],
    [{ supplier_name: 'http://attacker.example/' }],
    [{ customer_name: 'pay@attacker.example' }],
  ])('%j is dropped', (parts) => {
    expect(add({}, parts).facts).toEqual({});
  });

  test('cannot name anything else', () => {
    const said = { ...answer({}), iban: 'DE02120300000000202051', workspace_pk: 1 };

    expect(ModelInvoice.safeParse(said).success).toBe(false);
  });
});
