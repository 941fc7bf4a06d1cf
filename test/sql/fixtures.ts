import type pg from 'pg';

/** One row of the answer, which must have one. */
export const one = async <Row extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<Row> => {
  const { rows } = await client.query<Row>(text, values);
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows instead of one: ${text}`);
  return row;
};

const pkOf = async (client: pg.Client, text: string, values: unknown[]): Promise<number> =>
  (await one<{ pk: number }>(client, `${text} returning pk`, values)).pk;

export const insertWorkspace = (client: pg.Client, name = 'Demo'): Promise<number> =>
  pkOf(client, 'insert into workspaces (name) values ($1)', [name]);

export const insertPerson = (client: pg.Client, workspacePk: number): Promise<number> =>
  pkOf(
    client,
    `insert into peoples (workspace_pk, full_name, first_name, last_name) values ($1, 'Ada Example', 'Ada', 'Example')`,
    [workspacePk],
  );

export const insertCompany = (client: pg.Client, workspacePk: number): Promise<number> =>
  pkOf(client, `insert into companies (workspace_pk, name) values ($1, 'Example Ltd')`, [workspacePk]);

export const insertTodo = (client: pg.Client, workspacePk: number): Promise<number> =>
  pkOf(client, `insert into tasks (workspace_pk, title, executor_type) values ($1, 'Fetch it', 'human')`, [
    workspacePk,
  ]);

export const insertDocument = (client: pg.Client, workspacePk: number): Promise<number> =>
  pkOf(
    client,
    `insert into documents (workspace_pk, bucket, path, filename, type, size)
     values ($1, 'b', 'p', 'f.pdf', 'application/pdf', 1)`,
    [workspacePk],
  );

export const insertTransaction = (client: pg.Client, workspacePk: number): Promise<number> =>
  pkOf(client, 'insert into transactions (workspace_pk) values ($1)', [workspacePk]);

export const insertCollect = (
  client: pg.Client,
  row: { workspacePk: number | null; peoplePk: number; taskPk?: number },
): Promise<number> =>
  pkOf(client, 'insert into collects (workspace_pk, people_pk, task_pk) values ($1, $2, $3)', [
    row.workspacePk,
    row.peoplePk,
    row.taskPk,
  ]);

export const insertEnrichmentTask = (
  client: pg.Client,
  row: { workspacePk: number; type?: string; entityId?: string; parentTaskPk?: number; inputHash?: string },
): Promise<number> =>
  pkOf(
    client,
    `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, parent_task_pk, input_hash)
     values ($1, $2, 'company', $3, $4, $5)`,
    [row.workspacePk, row.type ?? 'logo', row.entityId ?? 'c-1', row.parentTaskPk, row.inputHash],
  );

export const insertEvent = (client: pg.Client, workspacePk: number, taskPk: number): Promise<number> =>
  // A bigint comes as a string.
  pkOf(
    client,
    `insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor) values ($1, $2, 'enqueued', 'test')`,
    [taskPk, workspacePk],
  );
