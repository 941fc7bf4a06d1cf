import type { FragmentSqlToken, IdentifierSqlToken } from 'slonik';
import { z } from 'zod';
import { type FieldType, type RecordRoot, rootOf, targetTables } from '../domain/records-roots.ts';
import { sql } from './sql.ts';

/** Characters of a text that a formula or a prompt gets to see. */
const TEXT_READ_MAX = 10_000;

/** A record by its public id, with every readable field by its path: decimals and dates as strings, JSON otherwise. */
export const RecordRow = z.strictObject({
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type RecordRow = z.output<typeof RecordRow>;

/** How a column is read, so that JSON holds it without loss. */
function reading(column: IdentifierSqlToken, type: FieldType): FragmentSqlToken {
  switch (type) {
    case 'text':
      return sql.fragment`left(${column}::text, ${TEXT_READ_MAX})`;
    case 'decimal':
      return sql.fragment`${column}::text`;
    case 'date':
      return sql.fragment`to_char(${column}, 'YYYY-MM-DD')`;
    case 'timestamp':
      return sql.fragment`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    default:
      return sql.fragment`${column}`;
  }
}

const readings = (alias: string, prefix: string, root: RecordRoot) =>
  Object.entries(rootOf(root).fields).map(
    ([field, type]) =>
      sql.fragment`${reading(sql.identifier([alias, field]), type)} as ${sql.identifier([prefix + field])}`,
  );

/**
 * Live records of a workspace with the readable fields of their root and of the records they relate to, in the order of
 * their ids. What is gone, deleted or another workspace's is left out. Identifiers come from the map of roots only.
 */
export const listRecords = ({
  workspacePk,
  root,
  ids,
}: {
  workspacePk: number;
  root: RecordRoot;
  ids: readonly string[];
}) => {
  const { entityType, relations } = rootOf(root);
  const target = targetTables[entityType];
  if (!target) throw new Error(`${entityType} has no table`);
  const joins = Object.entries(relations).map(([name, relation]) => {
    const related = targetTables[rootOf(relation.root).entityType];
    if (!related) throw new Error(`${relation.root} has no table`);
    return sql.fragment`
      left join ${sql.identifier([related.table])} as ${sql.identifier([`r_${name}`])}
        on ${sql.identifier([`r_${name}`, 'pk'])} = ${sql.identifier(['t', relation.key])}
        and ${sql.identifier([`r_${name}`, 'workspace_pk'])} = t.workspace_pk
        and ${sql.identifier([`r_${name}`, 'deleted_at'])} is null`;
  });
  const columns = [
    ...readings('t', '', root),
    ...Object.entries(relations).flatMap(([name, relation]) =>
      readings(`r_${name}`, `${name}.`, relation.root),
    ),
  ];
  return sql.type(RecordRow)`
    select found.id, to_jsonb(found) - 'id' as values
    from (
      select ${sql.identifier(['t', target.id])}::text as id, ${sql.join(columns, sql.fragment`, `)}
      from ${sql.identifier([target.table])} as t
      ${joins.length > 0 ? sql.join(joins, sql.fragment` `) : sql.fragment``}
      where t.workspace_pk = ${workspacePk}
        and ${sql.identifier(['t', target.id])} = any(${sql.array([...ids], 'text')}::uuid[])
        and t.deleted_at is null
    ) found
    order by found.id`;
};
