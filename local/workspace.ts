import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeApiKey } from '../shared/auth/api-key.ts';
import { runCommand } from './command-line.ts';

const help = `node local/workspace.ts --name NAME [options]

Makes a workspace with its own company, an owner and an API key in the database of DATABASE_URL, whose owner it has to
be, and prints {"workspace_id", "person_id", "key"}: the key is printed here and kept nowhere. In Google Cloud it is
"./deploy.sh workspace" that runs this.

  --name NAME        what the workspace and its company are called
  --country FR       where it keeps its books, ISO 3166-1 alpha-2
  --person "A B"     its owner ("API Owner"), first name first
  --subject SUB      "sub" of the owner's tokens, where people sign in too

  --make-key         touches no database: prints a workspace id and a key with its prefix and its hash, between tabs
  --id UUID --key-prefix PREFIX --key-hash HASH
                     takes these, so that the key never gets here; does nothing when the workspace is there
  --help             this text
`;

const options = {
  name: { type: 'string' },
  country: { type: 'string' },
  person: { type: 'string', default: 'API Owner' },
  subject: { type: 'string' },
  'make-key': { type: 'boolean', default: false },
  id: { type: 'string', default: randomUUID() },
  'key-prefix': { type: 'string' },
  'key-hash': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const made = makeApiKey();
  if (values['make-key']) {
    process.stdout.write(`${[values.id, made.prefix, made.secretHash, made.text].join('\t')}\n`);
    return 0;
  }
  const { name, country = null, subject = null, 'key-prefix': prefix, 'key-hash': secretHash } = values;
  if (!name) throw new Error('--name is missing: what the workspace is called');
  if (country && !/^[A-Z]{2}$/.test(country)) throw new Error('--country is two capital letters, such as FR');
  if (!prefix !== !secretHash) throw new Error('--key-prefix and --key-hash go together');
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set. For a running local stack: eval "$(npm run env)"');

  const { openDatabase } = await import('../shared/db/pool.ts');
  const { insertWorkspace, reserveWorkspace } = await import('../shared/db/new-workspace.ts');
  const [firstName = '', ...lastNames] = values.person.trim().split(/\s+/);
  const database = openDatabase({ url, poolSize: 1 });
  try {
    const pks = await database.connect((db) => db.one(reserveWorkspace()));
    const workspace = {
      ...{ workspacePk: pks.workspace_pk, companyPk: pks.company_pk, workspaceId: values.id },
      ...{ name, country, subject, firstName, lastName: lastNames.join(' ') },
      key: { name: 'First key', prefix: prefix ?? made.prefix, secretHash: secretHash ?? made.secretHash },
    };
    const row = await database.inWorkspace(pks.workspace_pk, (db) => db.maybeOne(insertWorkspace(workspace)));
    if (!row) process.stderr.write(`workspace ${values.id} is there already; nothing was changed\n`);
    const answer = { workspace_id: values.id, person_id: row?.person_id ?? null };
    process.stdout.write(`${JSON.stringify(prefix || !row ? answer : { ...answer, key: made.text })}\n`);
    return 0;
  } finally {
    await database.close();
  }
};

await runCommand(main);
