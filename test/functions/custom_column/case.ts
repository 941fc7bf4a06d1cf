import { randomUUID } from 'node:crypto';
import { createEvaluator } from '../../../shared/formula/evaluator.ts';
import { enterCell, insertColumn } from '../../support/columns.ts';
import { insertInvoice } from '../../support/factories.ts';
import { fakeModel } from '../../support/fake-model.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

/** One thread for all scenes, as a process has. It does not keep the process alive. */
const formulas = createEvaluator();

type Parts = Parameters<typeof insertColumn>[2];

/** A column over an invoice of 120.00 EUR, and the task of its cell. */
async function arrange(
  { client, workspacePk, ownCompany }: World,
  parts: Partial<Parts>,
  expected: Partial<Arranged['expected']>,
  rest: { input?: object; extra?: Arranged['extra']; entityId?: string; enter?: object } = {},
): Promise<Arranged> {
  const column = await insertColumn(client, workspacePk, { key: 'doubled', ...parts });
  const { invoice_id: recordId } = await insertInvoice(client, workspacePk, { issuer_pk: ownCompany.pk });
  if (rest.enter) await enterCell(client, workspacePk, { columnPk: column.pk, recordId, value: rest.enter });
  return {
    task: {
      enrichment_type: 'custom_column',
      entity_type: 'invoice',
      entity_id: recordId,
      input: {
        custom_column_id: column.custom_column_id,
        root: 'invoices',
        record_id: recordId,
        ...rest.input,
      },
      target_fields: [column.field_key],
    },
    extra: { formulas, model: null, ...rest.extra },
    expected: { status: 'completed', followUps: [], ...expected },
  };
}

const prompt = { prompt: 'Is this a large invoice?' };

const halts: Record<string, Scene> = {
  type_mismatch: (world) =>
    arrange(
      world,
      { formula: 'invoice_number + " is no number"' },
      { output: { halt: { code: 'type_mismatch' } } },
    ),
  formula_error: (world) => arrange(world, { formula: 'grand_total / 0' }, {}),
  column_deleted: (world) => arrange(world, { formula: 'grand_total * 2', deleted: true }, {}),
  user_value: (world) => arrange(world, { formula: 'grand_total * 2' }, {}, { enter: { value: '1' } }),
  model_not_configured: (world) => arrange(world, { type: 'ai', rules: prompt }, {}),
  model_not_allowed: (world) =>
    arrange(world, { type: 'ai', rules: prompt }, {}, { input: { allow_model: false } }),
  model_budget_used_up: (world) =>
    arrange(
      world,
      { type: 'ai', rules: prompt },
      {},
      { extra: { model: fakeModel([{ value: 'yes' }], { callsPerTask: 0 }) } },
    ),
};

export const customColumnCase: WorkerCase = {
  type: 'custom_column',

  async success(world) {
    const { client, workspacePk } = world;
    await insertColumn(client, workspacePk, { key: 'plus_one', formula: 'doubled + 1' });
    const arranged = await arrange(
      world,
      { formula: { formula: 'grand_total * 2' } },
      { output: { value: '240', type: 'number', engine: 'formula', changed: true } },
    );
    arranged.expected.followUps = [
      { enrichment_type: 'custom_column', entity_type: 'invoice', entity_id: arranged.task.entity_id },
    ];
    return arranged;
  },

  halts,

  failures: {
    'a formula that does not check': (world) =>
      arrange(
        world,
        { formula: 'grand_totl * 2' },
        { status: 'failed', error: 'RULE_INVALID: at character 1: there is no field "grand_totl"' },
      ),
    'columns that read each other': async (world) => {
      await insertColumn(world.client, world.workspacePk, { key: 'other', formula: 'doubled + 1' });
      return arrange(
        world,
        { formula: 'other * 2' },
        { status: 'failed', error: 'doubled → other → doubled' },
      );
    },
    'a prompt that mentions no field': (world) =>
      arrange(
        world,
        {
          type: 'ai',
          rules: {
            type: 'doc',
            content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { id: 'nobody.name' } }] }],
          },
        },
        { status: 'failed', error: 'RULE_INVALID: there is no field "nobody.name"' },
      ),
    'neither formula nor prompt': (world) => arrange(world, {}, { status: 'failed', error: 'RULE_INVALID' }),
    'another record than the task': (world) =>
      arrange(
        world,
        { formula: 'grand_total * 2' },
        { status: 'failed', error: 'INPUT_INVALID' },
        { input: { record_id: randomUUID() } },
      ),
    'a record that was deleted': async (world) => {
      const arranged = await arrange(
        world,
        { formula: 'grand_total * 2' },
        { status: 'failed', error: 'NOT_FOUND' },
      );
      const { entity_id } = arranged.task;
      return {
        ...arranged,
        meanwhile: () =>
          world.client.query('update invoices set deleted_at = now() where invoice_id = $1', [entity_id]),
      };
    },
    'input that does not fit': (world) =>
      arrange(
        world,
        { formula: '1' },
        { status: 'failed', error: 'INPUT_INVALID' },
        { input: { root: 'moons' } },
      ),
  },
};
