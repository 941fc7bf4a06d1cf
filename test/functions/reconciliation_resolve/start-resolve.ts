import { functionOf } from '../../../functions/index.ts';
import type { Services } from '../../../functions/services.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { catalogue } from '../../../shared/domain/catalogue.ts';
import type { Enrichment } from '../../../shared/tasks/define-enrichment.ts';
import { insertCompany, insertInvoice, insertTransaction } from '../../support/factories.ts';
import { deliver, enqueueOne, taskOf, testRunner } from '../../support/pipeline.ts';
import { type Member, startDoors } from '../start-doors.ts';

/** The door as `functions/index.ts` wires it, on both roles of a real database. */
export function startResolve() {
  const entry = catalogue.find(({ name }) => name === 'reconciliation_resolve');
  if (!entry) throw new Error('reconciliation_resolve is not in the catalogue');
  return startDoors({
    reconciliation_resolve: ({ services: { database, workerDatabase, queue, storage } }) =>
      functionOf(entry, {
        ...{ queue, storage },
        databaseFor: (role: string) => (role === 'wellspring_worker' ? workerDatabase : database),
      } as unknown as Services), // the parts of the process that doors use
  });
}

export type Resolve = Awaited<ReturnType<typeof startResolve>>;

/** A call of the door. */
export const resolve = (
  { send }: Resolve,
  by: Member,
  action: string,
  taskIds: readonly string[],
  headers: Record<string, string> = {},
) =>
  send(
    'POST',
    by,
    '/v1/reconciliation/resolve',
    { data: { type: 'reconciliation-resolve', attributes: { task_ids: taskIds, action } } },
    headers,
  );

/** Runs one task of a worker to its end. */
export async function runTask<Extra>(
  { workerDatabase }: Resolve,
  { workspacePk }: Pick<Member, 'workspacePk'>,
  // biome-ignore lint/suspicious/noExplicitAny: each worker has its own input, which its schema checks at run time.
  enrichment: Enrichment<any, Extra>,
  target: Pick<TaskRow, 'entity_id'> & { entity_type: 'invoice' | 'transaction' | 'document' | 'company' },
  {
    input = {},
    extra,
    ...options
  }: { input?: object; extra?: Extra; batch?: boolean; parentTaskPk?: number } = {},
): Promise<TaskRow> {
  const runner = testRunner(workerDatabase);
  const task = await enqueueOne(
    runner,
    workspacePk,
    { enrichment_type: enrichment.type, ...target, input: { ...input } },
    { force: true, ...options },
  );
  await deliver(runner, enrichment, task, extra);
  return taskOf(runner, task);
}

/** Events of a task, oldest first. */
export const eventsOf = async ({ client }: Resolve, { pk }: Pick<TaskRow, 'pk'>) =>
  (
    await client.query<{ kind: string; actor: string; detail: unknown }>(
      'select kind, actor, detail from enrichment_task_events where enrichment_task_pk = $1 order by pk',
      [pk],
    )
  ).rows;

/** A workspace with a supplier, whose payments leave too little doubt to guess and too much to apply. */
export async function supplierOf({ client }: Resolve, { workspacePk }: Member) {
  const own = await insertCompany(client, workspacePk, { name: 'Marlow Studio SAS' });
  const supplier = await insertCompany(client, workspacePk, { name: 'Ondine Fictional Prints GmbH' });
  await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);
  return {
    invoice: (columns: object = {}) =>
      insertInvoice(client, workspacePk, {
        ...{ issuer_pk: supplier.pk, receiver_pk: own.pk, invoice_number: 'OFP-20391' },
        ...{ issue_date: '2026-03-02', due_date: '2026-04-01', grand_total: '540.00', local_currency: 'EUR' },
        ...columns,
      }),
    payment: (columns: object = {}) =>
      insertTransaction(client, workspacePk, {
        ...{ type: 'debit', status: 'booked', instructed_amount: '-800.00', instructed_currency: 'EUR' },
        ...{ booking_date: '2026-03-30' },
        remittance_unstructured: 'VIR SEPA ONDINE FICTIONAL PRINTS OFP-20391 OFP-20407',
        ...columns,
      }),
  };
}
