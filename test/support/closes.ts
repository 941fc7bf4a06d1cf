import type pg from 'pg';
import { insertCompany, insertTransaction, type TestCompany, type TestTransaction } from './factories.ts';

/** A company with a way to be paid. */
export interface Payee extends TestCompany {
  meansPk: number;
}

/** The bank of one workspace: its own account, and what it pays to whom. */
export interface Bank {
  /** Payment means of the workspace's own account. */
  ownMeansPk: number;
  payee(columns?: object): Promise<Payee>;
  /** Money out on 2026-03-10 unless told otherwise, 120 euros. */
  expense(to: { meansPk: number } | null, columns?: object): Promise<TestTransaction>;
}

const insertMeans = async (
  client: pg.Client,
  workspacePk: number,
  accountPk: number | null,
  companyPk: number | null,
) => {
  const { rows } = await client.query<{ pk: number }>(
    'insert into payment_means (workspace_pk, account_pk, company_pk) values ($1, $2, $3) returning pk',
    [workspacePk, accountPk, companyPk],
  );
  return rows[0]?.pk ?? 0;
};

/** Opens the bank of a workspace; its account is the workspace's by ownership. */
export async function openBank(client: pg.Client, workspacePk: number): Promise<Bank> {
  const account = await client.query<{ pk: number }>(
    `insert into accounts (workspace_pk, ownership, currency) values ($1, 'workspace', 'EUR') returning pk`,
    [workspacePk],
  );
  const ownMeansPk = await insertMeans(client, workspacePk, account.rows[0]?.pk ?? 0, null);
  return {
    ownMeansPk,
    async payee(columns = {}) {
      const company = await insertCompany(client, workspacePk, { ...columns });
      return { ...company, meansPk: await insertMeans(client, workspacePk, null, company.pk) };
    },
    expense: (to, columns = {}) =>
      insertTransaction(client, workspacePk, {
        debtor_payment_means_pk: ownMeansPk,
        creditor_payment_means_pk: to?.meansPk ?? null,
        status: 'booked',
        category_status: 'categorized',
        ...columns,
      }),
  };
}

/** Says which company a workspace is. */
export async function confirmOwnCompany(client: pg.Client, workspacePk: number): Promise<TestCompany> {
  const company = await insertCompany(client, workspacePk);
  await client.query('update workspaces set own_company_pk = $2 where pk = $1', [workspacePk, company.pk]);
  return company;
}
