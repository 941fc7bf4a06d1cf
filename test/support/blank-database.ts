import pg from 'pg';

/** How a migrated database without a test's rows looks, and what makes one look so again. */
export interface Blank {
  /** Deletes the rows of each table that starts empty, and starts its numbers again. */
  clear: string;
  /** Answers the fingerprint of everything else: the schema, and the rows that migrations wrote. */
  look: string;
  fingerprint: string;
}

const connected = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

const catalogues = [
  'class',
  'attribute',
  'attrdef',
  'constraint',
  'trigger',
  'policy',
  'proc',
  'type',
  'enum',
];

// The transaction that last wrote a row tells of every change, and a clone keeps it. What is written in place, such as
// statistics, and what was rolled back, leave it as it is.
const written = (from: string) =>
  `select '${from}' as place, count(*) as rows, sum(xmin::text::bigint) as writers from ${from}`;

/** Reads how a database that was just migrated looks. */
export const blankOf = (url: string): Promise<Blank> =>
  connected(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    const starting: string[] = [];
    const filled: string[] = [];
    for (const { name } of tables.rows) {
      const { rowCount } = await client.query(`select from ${name} limit 1`);
      (rowCount === 0 ? starting : filled).push(name);
    }

    const look = [...catalogues.map((name) => `pg_${name}`), ...filled].map(written).join(' union all ');
    const deletes = starting.map((name) => `delete from ${name};`).join('\n');
    return {
      // Without the triggers that keep what must not be deleted, and in any order of the foreign keys.
      clear: `begin;
        set local session_replication_role = replica;
        ${deletes}
        select setval(format('%I.%I', schemaname, sequencename), start_value, false)
          from pg_sequences where last_value is not null;
        commit`,
      look,
      fingerprint: JSON.stringify((await client.query(look)).rows),
    };
  });

/** Makes a used database blank again; false when it cannot be: its schema was changed, or somebody still uses it. */
export const clearDatabase = (url: string, { clear, look, fingerprint }: Blank): Promise<boolean> =>
  connected(url, async (client) => {
    const others = await client.query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    if (others.rowCount !== 0) return false;
    const { rows } = await client.query(look);
    if (JSON.stringify(rows) !== fingerprint) return false;
    await client.query(clear);
    return true;
  });
