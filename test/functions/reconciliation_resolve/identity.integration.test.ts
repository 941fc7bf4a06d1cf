import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconcile } from '../../../functions/reconcile/index.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { insertCompany, insertInvoice } from '../../support/factories.ts';
import { insertMember, type Member } from '../start-doors.ts';
import { type Resolve, resolve, runTask, startResolve, supplierOf } from './start-resolve.ts';

let doors: Resolve;
let member: Member;

beforeAll(async () => {
  doors = await startResolve();
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

/** Two companies with one tax id; an invoice of the one that goes tells what a merge moves. */
async function proposed(taxId: string) {
  const { client } = doors;
  const [primary, secondary] = [
    await insertCompany(client, member.workspacePk, { canonical_tax_id: taxId }),
    await insertCompany(client, member.workspacePk, { canonical_tax_id: taxId }),
  ];
  const task = await runTask(doors, member, reconcile, {
    entity_type: 'company',
    entity_id: secondary.company_id,
  });
  const invoice = await insertInvoice(client, member.workspacePk, { issuer_pk: secondary.pk });
  return { primary, secondary, invoice, task };
}
const answer = async (action: string, tasks: readonly TaskRow[]) => {
  const { status, body } = await resolve(
    doors,
    member,
    action,
    tasks.map((task) => task.enrichment_task_id),
  );
  return { status, ...body.data.attributes };
};

test('merges are answered one by one with what they moved, beside payments and what could not be done', async () => {
  const [first, second, outdated] = [await proposed('FR1'), await proposed('FR2'), await proposed('FR3')];
  await doors.client.query('update companies set deleted_at = now() where pk = $1', [outdated.primary.pk]);
  const supplier = await supplierOf(doors, member);
  const { invoice_id } = await supplier.invoice();
  await supplier.payment();
  const payment = await runTask(doors, member, reconcile, { entity_type: 'invoice', entity_id: invoice_id });

  const { status, resolved, errors } = await answer('approve', [
    first.task,
    outdated.task,
    payment,
    second.task,
  ]);

  const merged = ({ primary, secondary, task }: typeof first) => ({
    ...{ task_id: task.enrichment_task_id, action: 'approve', success: true },
    merge_result: { primary_id: primary.company_id, secondary_id: secondary.company_id, fks_migrated: 1 },
  });
  expect(status).toBe(200);
  expect(resolved).toEqual([
    merged(first),
    expect.objectContaining({ task_id: payment.enrichment_task_id, links: [expect.anything()] }),
    merged(second),
  ]);
  expect(errors).toEqual([
    {
      ...{ task_id: outdated.task.enrichment_task_id, code: 'PROPOSAL_OUTDATED' },
      message: 'One company of the two is gone, or was merged into another.',
    },
  ]);
  const { rows } = await doors.client.query('select issuer_pk from invoices where pk = any($1) order by pk', [
    [first.invoice.pk, second.invoice.pk, outdated.invoice.pk],
  ]);
  expect(rows).toEqual(
    [first.primary, second.primary, outdated.secondary].map(({ pk }) => ({ issuer_pk: pk })),
  );
});
