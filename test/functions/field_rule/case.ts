import { randomUUID } from 'node:crypto';
import { createEvaluator } from '../../../shared/formula/evaluator.ts';
import { insertRule } from '../../support/columns.ts';
import { insertInvoice } from '../../support/factories.ts';
import { fakeModel } from '../../support/fake-model.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

const formulas = createEvaluator();

/** A rule about the total of an invoice of 120.00 EUR, and the task that applies it. */
async function arrange(
  { client, workspacePk, ownCompany }: World,
  parts: Partial<Parameters<typeof insertRule>[2]>,
  expected: Partial<Arranged['expected']>,
  rest: { input?: object; extra?: Arranged['extra'] } = {},
): Promise<Arranged> {
  const rule = await insertRule(client, workspacePk, { key: 'grand_total', ...parts });
  const { invoice_id: recordId } = await insertInvoice(client, workspacePk, { issuer_pk: ownCompany.pk });
  return {
    task: {
      enrichment_type: 'field_rule',
      entity_type: 'invoice',
      entity_id: recordId,
      input: {
        field_rule_id: rule.field_rule_id,
        root: 'invoices',
        field_key: rule.field_key,
        record_id: recordId,
        ...rest.input,
      },
      target_fields: [rule.field_key],
    },
    extra: { formulas, model: null, ...rest.extra },
    expected: { status: 'completed', followUps: [], ...expected },
  };
}

const halts: Record<string, Scene> = {
  rule_deleted: (world) => arrange(world, { deleted: true }, {}),
  type_mismatch: (world) => arrange(world, { formula: 'invoice_number + "?"' }, {}),
  formula_error: (world) => arrange(world, { formula: 'grand_total / 0' }, {}),
  model_not_configured: (world) => arrange(world, { rules: 'Round it to the next hundred.' }, {}),
  model_not_allowed: (world) => arrange(world, { rules: 'Round it.' }, {}, { input: { allow_model: false } }),
  model_budget_used_up: (world) =>
    arrange(
      world,
      { rules: 'Round it.' },
      {},
      { extra: { model: fakeModel([{ value: '100' }], { callsPerTask: 0 }) } },
    ),
};

export const fieldRuleCase: WorkerCase = {
  type: 'field_rule',

  success: (world) =>
    arrange(
      world,
      {
        type: 'amount',
        formula: 'grand_total * 10',
        format: { currency: 'EUR', decimals: 2, locale: 'de-DE' },
      },
      { output: { value: '1200', currency: 'EUR', formatted: '1.200,00\u00a0€', source: 'formula' } },
    ),

  halts,

  failures: {
    'a formula that does not check': (world) =>
      arrange(
        world,
        { formula: 'grand_total +' },
        { status: 'failed', error: 'RULE_INVALID: at character 14' },
      ),
    'a field that the root has not': (world) =>
      arrange(world, { key: 'issuer.nickname' }, { status: 'failed', error: 'RULE_INVALID' }),
    'a rule about another field': (world) =>
      arrange(world, {}, { status: 'failed', error: 'INPUT_INVALID' }, { input: { field_key: 'tax_total' } }),
    'another record than the task': (world) =>
      arrange(
        world,
        {},
        { status: 'failed', error: 'INPUT_INVALID' },
        { input: { record_id: randomUUID() } },
      ),
    'a record that was deleted': async (world) => {
      const arranged = await arrange(world, {}, { status: 'failed', error: 'NOT_FOUND' });
      const { entity_id } = arranged.task;
      return {
        ...arranged,
        meanwhile: () =>
          world.client.query('update invoices set deleted_at = now() where invoice_id = $1', [entity_id]),
      };
    },
  },
};
