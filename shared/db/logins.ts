import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

/** A login that functions connect with, and the roles it may switch to. */
export interface Login {
  /** The setting that its address comes from, for messages. */
  setting: string;
  /** postgres://name:password@…, the truth about both. */
  url: string;
  roles: readonly ('wellspring_api' | 'wellspring_worker')[];
}

// Any number does, as long as all who make logins of this server take the same one.
const LOCK = 7_361_946_029;
const SCRAM_ITERATIONS = 4_096;

/**
 * Makes the database have these logins with these passwords, whether they are there or not; answers their names. They
 * own nothing and can do nothing before they switch to a role. Throws, with nothing changed, for an address without a
 * password, and for a login that could do more: the owner, a superuser, or a member of other roles.
 */
export const makeLogins = async (ownerUrl: string, logins: readonly Login[]): Promise<string[]> => {
  const wanted = logins.map(readLogin);
  for (const { name, setting } of wanted) {
    const twin = wanted.find((other) => other.name === name);
    if (twin && twin.setting !== setting)
      throw new Error(`${twin.setting} and ${setting} name the same login`);
  }
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'wellspring-logins' });
  // A lost connection also fails the statement under way; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    for (const login of wanted) await makeLogin(client, login);
    await client.query('commit');
    return wanted.map(({ name }) => name);
  } finally {
    // An open transaction goes with the session.
    await client.end();
  }
};

interface NamedLogin extends Omit<Login, 'url'> {
  name: string;
  password: string;
}

const readLogin = ({ setting, url, roles }: Login): NamedLogin => {
  if (!URL.canParse(url))
    throw new Error(`${setting} is not an address like postgres://name:password@host/name`);
  const { username, password } = new URL(url);
  if (!username || !password) throw new Error(`${setting} has no name or no password`);
  return { setting, roles, name: decodeURIComponent(username), password: decodeURIComponent(password) };
};

const makeLogin = async (
  client: pg.Client,
  { setting, name, password, roles }: NamedLogin,
): Promise<void> => {
  const { rows } = await client.query<{ may_more: boolean; others: string[] }>(
    `select
       r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolname = current_user as may_more,
       array(
         select o.rolname::text
         from pg_auth_members m
         join pg_roles o on o.oid = m.roleid
         where m.member = r.oid
           and o.rolname <> all ($2)
       ) as others
     from pg_roles r
     where r.rolname = $1`,
    [name, roles],
  );
  const [found] = rows;
  if (found?.may_more)
    throw new Error(`${setting}: ${name} may do more than a function should; name another login`);
  if (found && found.others.length > 0)
    throw new Error(`${setting}: ${name} is a member of ${found.others.join(', ')}; name another login`);
  const kind = found ? 'alter' : 'create';
  await run(client, `${kind} role %I login noinherit password %L`, [name, scramVerifier(password)]);
  for (const role of roles) await run(client, 'grant %I to %I', [role, name]);
};

/** Statements about roles take no parameters, so the server writes them out. */
const run = async (client: pg.Client, form: string, values: readonly string[]): Promise<void> => {
  const { rows } = await client.query<{ statement: string }>(
    'select format($1, variadic $2::text[]) as statement',
    [form, values],
  );
  await client.query(rows[0]?.statement ?? '');
};

/**
 * What Postgres keeps of a password (RFC 5803). It is sent instead of the password, which would stand in the server's
 * log of statements. Throws for other characters than printable ASCII, which would have to be normalised first.
 */
export const scramVerifier = (password: string, salt: Buffer = randomBytes(16)): string => {
  if (!/^[ -~]+$/.test(password))
    throw new Error('a password of a login has printable ASCII characters only');
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
};
