import pg from 'pg';

/** Looks at the tasks of the local database as its owner. */
export async function openTaskTable(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ids = async (statement: string, values: unknown[]) =>
    (await client.query<{ id: string }>(statement, values)).rows.map(({ id }) => id);
  return {
    /** The tasks below a parent, oldest first. */
    subtasks: (parentId: string) =>
      ids(
        `select t.enrichment_task_id as id
         from enrichment_tasks t join enrichment_tasks p on p.pk = t.parent_task_pk
         where p.enrichment_task_id = $1 and t.deleted_at is null order by t.pk`,
        [parentId],
      ),
    /** The tasks of one press of a button. */
    batch: (batchId: string) =>
      ids(
        'select enrichment_task_id as id from enrichment_tasks where batch_id = $1 and deleted_at is null order by pk',
        [batchId],
      ),
    /** How many tasks of each type and status there are. */
    async counts(): Promise<{ enrichment_type: string; status: string; count: number }[]> {
      const { rows } = await client.query(
        `select enrichment_type, status::text, count(*)::int from enrichment_tasks
         where deleted_at is null group by 1, 2 order by 1, 2`,
      );
      return rows;
    },
    close: () => client.end(),
  };
}

export type TaskTable = Awaited<ReturnType<typeof openTaskTable>>;
