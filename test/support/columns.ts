import type pg from 'pg';

/** Columns and rules of users, inserted as the owner. */

export interface TestColumn {
  pk: number;
  custom_column_id: string;
  field_key: string;
  updated_at: Date;
}

/** A column of invoices unless told otherwise; its formula or prompt as text. */
export async function insertColumn(
  client: pg.Client,
  workspacePk: number,
  parts: {
    key: string;
    root?: string;
    type?: string;
    formula?: unknown;
    rules?: unknown;
    format?: object;
    deleted?: boolean;
  },
): Promise<TestColumn> {
  const { key, root = 'invoices', type = 'number', formula = null, rules = null, format = null } = parts;
  const { rows } = await client.query<TestColumn>(
    `insert into custom_columns (workspace_pk, root, name, field_key, type, formula_config, rules_config, format_config, deleted_at)
     values ($1, $2, $3, $3, $4, $5, $6, $7, case when $8 then now() end)
     returning pk, custom_column_id, field_key, updated_at`,
    [
      workspacePk,
      root,
      key,
      type,
      formula === null ? null : JSON.stringify(formula),
      rules === null ? null : JSON.stringify(rules),
      format === null ? null : JSON.stringify(format),
      parts.deleted ?? false,
    ],
  );
  return rows[0] as TestColumn;
}

export interface TestRule {
  pk: number;
  field_rule_id: string;
  field_key: string;
}

/** A rule about a field of invoices unless told otherwise. */
export async function insertRule(
  client: pg.Client,
  workspacePk: number,
  parts: {
    key: string;
    root?: string;
    type?: string | null;
    formula?: unknown;
    rules?: unknown;
    format?: object;
    deleted?: boolean;
  },
): Promise<TestRule> {
  const { key, root = 'invoices', type = null, formula = null, rules = null, format = null } = parts;
  const { rows } = await client.query<TestRule>(
    `insert into field_rules (workspace_pk, root, field_key, column_type, formula_config, rules_config, format_config, deleted_at)
     values ($1, $2, $3, $4, $5, $6, $7, case when $8 then now() end)
     returning pk, field_rule_id, field_key`,
    [
      workspacePk,
      root,
      key,
      type,
      formula === null ? null : JSON.stringify(formula),
      rules === null ? null : JSON.stringify(rules),
      format === null ? null : JSON.stringify(format),
      parts.deleted ?? false,
    ],
  );
  return rows[0] as TestRule;
}

/** A cell as it stands. */
export async function cellOf(client: pg.Client, columnPk: number, recordId: string) {
  const { rows } = await client.query<{ value: unknown; origin: string; updated_at: Date }>(
    `select value, origin, updated_at from custom_column_values
     where custom_column_pk = $1 and record_id = $2 and deleted_at is null`,
    [columnPk, recordId],
  );
  return rows[0] ?? null;
}

/** A cell that a person entered. */
export const enterCell = (
  client: pg.Client,
  workspacePk: number,
  parts: { columnPk: number; recordId: string; value: object; root?: string },
) =>
  client.query(
    `insert into custom_column_values (workspace_pk, custom_column_pk, root, record_id, value, origin)
     values ($1, $2, $3, $4, $5, 'user')`,
    [workspacePk, parts.columnPk, parts.root ?? 'invoices', parts.recordId, JSON.stringify(parts.value)],
  );
