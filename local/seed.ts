import pg from 'pg';
import { decimal, demoTransactions, studio, suppliers } from './demo/demo-data.ts';

/** The demo workspace as other commands name it. */
export interface DemoWorkspace {
  workspaceId: string;
  personId: string;
  /** `sub` of the demo person's tokens. */
  subject: string;
}

const demo: DemoWorkspace = {
  workspaceId: '5eed0000-0000-4000-8000-000000000001',
  personId: '5eed0000-0000-4000-8000-000000000002',
  subject: 'demo-person',
};

/** A column that the demo studio added to its invoices: what is left without tax. */
export const demoColumnId = '5eed0000-0000-4000-8000-000000000003';
/** How it wants the total of an invoice to be shown. */
export const demoRule = { root: 'invoices', fieldKey: 'grand_total' } as const;

/** Inserts the demo workspace, its people, providers and bank feed in one transaction; once per database. */
export async function seedDemo(url: string): Promise<DemoWorkspace> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from workspaces where workspace_id = $1', [
      demo.workspaceId,
    ]);
    if (rowCount === 0) {
      await client.query('begin');
      await insertAll(client);
      await client.query('commit');
    }
    return demo;
  } finally {
    await client.end();
  }
}

async function insertAll(client: pg.Client): Promise<void> {
  const one = async (statement: string, values: unknown[]): Promise<number> => {
    const { rows } = await client.query<{ pk: number }>(`${statement} returning pk`, values);
    const pk = rows[0]?.pk;
    if (pk === undefined) throw new Error('the demo data was not inserted');
    return pk;
  };

  const workspace = await one(
    'insert into workspaces (workspace_id, name, external_workspace_id, auto_extract_enabled) values ($1, $2, $3, true)',
    [demo.workspaceId, studio.name, 'demo'],
  );
  await one(
    `insert into workspace_accounting_settings (workspace_pk, base_currency, country) values ($1, 'EUR', 'FR')`,
    [workspace],
  );
  const person = await one(
    `insert into peoples (workspace_pk, person_id, full_name, first_name, last_name, job_title)
     values ($1, $2, 'Ines Marchetti', 'Ines', 'Marchetti', 'Bookkeeper')`,
    [workspace, demo.personId],
  );
  await one(
    `insert into memberships (workspace_pk, person_pk, firebase_id, membership_role, status, is_default)
     values ($1, $2, $3, 'owner', 'active', true)`,
    [workspace, person, demo.subject],
  );

  const company = (name: string, vatId: string | null, country: string | null, origin: string) =>
    one(
      `insert into companies (
         workspace_pk, name, registered_name, tax_id_value, tax_id_type, canonical_tax_id, registry_country, company_origin
       ) values ($1, $2, $2, $3, case when $3::text is null then null else 'vat' end, $3, $4, $5)`,
      [workspace, name, vatId, country, origin],
    );
  const own = await company(studio.name, studio.vatId, studio.country, 'user');
  await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own, workspace]);
  const account = (name: string, iban: string, bic: string, ownership: string) =>
    one(
      `insert into accounts (workspace_pk, account_name, currency, iban, bic, ownership)
       values ($1, $2, 'EUR', $3, $4, $5)`,
      [workspace, name, iban, bic, ownership],
    );
  const means = (accountPk: number | null, companyPk: number) =>
    one('insert into payment_means (workspace_pk, account_pk, company_pk) values ($1, $2, $3)', [
      workspace,
      accountPk,
      companyPk,
    ]);
  const ownMeans = await means(await account('Compte courant', studio.iban, studio.bic, 'workspace'), own);

  // A counterparty as a bank feed knows it: a name, and an account when the feed states one.
  const counterparties = new Map<string, number>();
  const meansOf = async (name: string, iban: string | null): Promise<number> => {
    const known = counterparties.get(name);
    if (known !== undefined) return known;
    const supplier = Object.values(suppliers).find((party) => party.name === name);
    const companyPk = await company(name, null, supplier?.country ?? null, 'counterparty');
    const accountPk = iban ? await account(name, iban, supplier?.bic ?? '', 'counterparty') : null;
    const pk = await means(accountPk, companyPk);
    counterparties.set(name, pk);
    return pk;
  };
  await insertColumns(client, workspace);
  const connector = await insertProviders(client, one, workspace);
  for (const transaction of demoTransactions) {
    const theirs = await meansOf(transaction.counterparty, transaction.iban);
    const [debtor, creditor] = transaction.amount < 0 ? [ownMeans, theirs] : [theirs, ownMeans];
    await one(
      `insert into transactions (
         workspace_pk, transaction_external_id, type, status, scheme, instructed_amount, instructed_currency,
         remittance_unstructured, booking_date, value_date, debtor_payment_means_pk, creditor_payment_means_pk,
         source_workspace_connector_pk, category_key, category_status, category_source
       ) values ($1, $2, $3, 'booked', $4, $5, 'EUR', $6, $7, $7, $8, $9, $10, $11, $12, $13)`,
      [
        workspace,
        transaction.id,
        transaction.amount < 0 ? 'debit' : 'credit',
        transaction.scheme,
        decimal(transaction.amount),
        transaction.label,
        transaction.date,
        debtor,
        creditor,
        connector,
        transaction.category,
        transaction.category ? 'categorized' : 'uncategorized',
        transaction.category ? 'user' : null,
      ],
    );
  }
}

async function insertColumns(client: pg.Client, workspace: number): Promise<void> {
  await client.query(
    `insert into custom_columns (workspace_pk, custom_column_id, root, name, field_key, type, formula_config)
     values ($1, $2, 'invoices', 'Net', 'net', 'amount', $3)`,
    [workspace, demoColumnId, { formula: 'grand_total - tax_total' }],
  );
  await client.query(
    `insert into field_rules (workspace_pk, root, field_key, column_name, column_type, format_config)
     values ($1, $2, $3, 'Total', 'amount', $4)`,
    [workspace, demoRule.root, demoRule.fieldKey, { currency: 'EUR', decimals: 0 }],
  );
}

type InsertOne = (statement: string, values: unknown[]) => Promise<number>;

/** A provider that the extension can visit, linked to a connector the workspace has; answers the bank's connector. */
async function insertProviders(client: pg.Client, one: InsertOne, workspace: number): Promise<number> {
  const connector = async (slug: string, name: string, domain: string) =>
    one(
      `insert into connectors (name, slug, provider, direction, data_domains)
       values ($1, $2, 'well', 'input', array[$3]) on conflict (slug) do update set name = excluded.name`,
      [name, slug, domain],
    );
  const activate = async (connectorPk: number) =>
    one(`insert into workspace_connectors (workspace_pk, connector_pk, status) values ($1, $2, 'enabled')`, [
      workspace,
      connectorPk,
    ]);
  const portal = await connector('demo-supplier-portal', 'Demo supplier portal', 'invoicing');
  const bank = await connector('demo-bank', 'Demo bank', 'bank');
  const provider = await one(
    `insert into providers (name, slug, url, countries, category, searchable_terms, skill_status, blueprint_json)
     values (
       'Demo supplier portal', 'demo-supplier-portal', 'https://portal.example/', '{FR,DE}', 'supplies',
       '{nordlicht,papier}', 'green',
       '{"meta":{"schemaVersion":"1.0.0"},"data":{"type":"blueprint","attributes":{"getDocuments":[]}}}'
     ) on conflict (slug) do update set name = excluded.name`,
    [],
  );
  await client.query(
    'insert into provider_connectors (provider_pk, connector_pk) values ($1, $2) on conflict do nothing',
    [provider, portal],
  );
  await one(
    `insert into providers (name, slug, url, countries, category, searchable_terms)
     values ('Demo tenant area', 'demo-tenant-area', 'https://tenants.example/', '{FR}', 'rent', '{regie,immobiliere}')
     on conflict (slug) do update set name = excluded.name`,
    [],
  );
  await activate(portal);
  return activate(bank);
}
