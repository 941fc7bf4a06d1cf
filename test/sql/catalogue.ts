import type pg from 'pg';

/** What the server itself says about a table, in the form the facts of the tests are written in. */

/** `name type [not null] [default …]` per column, in order. */
export const readColumns = async (client: pg.Client, table: string): Promise<string[]> => {
  const { rows } = await client.query<{ fact: string }>(
    `select concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
       case when a.attnotnull then 'not null' end,
       case when a.attidentity <> '' then 'identity' end,
       'default ' || pg_get_expr(d.adbin, d.adrelid)) as fact
     from pg_attribute a
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
     order by a.attnum`,
    [table],
  );
  return rows.map(({ fact }) => fact);
};

/** `name [unique] (columns) [where …]` per index, in order of names. */
export const readIndexes = async (client: pg.Client, table: string): Promise<string[]> => {
  const { rows } = await client.query<{ fact: string }>(
    `select concat_ws(' ', c.relname,
       case when i.indisunique then 'unique' end,
       '(' || array_to_string(array(
         select pg_get_indexdef(i.indexrelid, k, true) from generate_series(1, i.indnkeyatts) k
       ), ', ') || ')',
       'where ' || pg_get_expr(i.indpred, i.indrelid, true)) as fact
     from pg_index i
     join pg_class c on c.oid = i.indexrelid
     where i.indrelid = $1::regclass
     order by c.relname collate "C"`,
    [table],
  );
  return rows.map(({ fact }) => fact);
};

/** The definition of each foreign key, in order. */
export const readForeignKeys = async (client: pg.Client, table: string): Promise<string[]> => {
  const { rows } = await client.query<{ fact: string }>(
    `select pg_get_constraintdef(oid) as fact
     from pg_constraint
     where conrelid = $1::regclass and contype = 'f'
     order by pg_get_constraintdef(oid) collate "C"`,
    [table],
  );
  return rows.map(({ fact }) => fact);
};

/** Labels of a native enum in their order. */
export const readLabels = async (client: pg.Client, type: string): Promise<string[]> => {
  const { rows } = await client.query<{ label: string }>(
    'select enumlabel as label from pg_enum where enumtypid = $1::regtype order by enumsortorder',
    [type],
  );
  return rows.map(({ label }) => label);
};
