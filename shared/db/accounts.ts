import { z } from 'zod';
import { sql } from './sql.ts';

const AccountRow = z.strictObject({ pk: z.number(), account_id: z.uuid(), iban: z.string().nullable() });
export type AccountRow = z.output<typeof AccountRow>;

/** The live account with this IBAN, which has no blanks; the oldest where there are several. */
export const findAccountByIban = ({ workspacePk, iban }: { workspacePk: number; iban: string }) =>
  sql.type(AccountRow)`
    select pk, account_id, iban
    from accounts
    where workspace_pk = ${workspacePk}
      and iban = ${iban}
      and deleted_at is null
    order by pk
    limit 1`;

/** Adds an account that a document names; `currency` is left out where the code is unknown. */
export const insertAccount = ({
  workspacePk,
  iban,
  bic,
  accountName,
  ownership,
}: {
  workspacePk: number;
  iban: string;
  bic: string | null;
  accountName: string | null;
  ownership: 'workspace' | 'counterparty' | 'unknown';
}) =>
  sql.type(AccountRow)`
    insert into accounts (workspace_pk, iban, bic, account_name, ownership)
    values (${workspacePk}, ${iban}, ${bic}, ${accountName}, ${ownership}::account_ownership_enum)
    returning pk, account_id, iban`;

const Iban = z.strictObject({ iban: z.string() });

/** The IBANs that a company is known to be paid on. */
export const listCompanyIbans = ({ workspacePk, companyPk }: { workspacePk: number; companyPk: number }) =>
  sql.type(Iban)`
    select distinct a.iban
    from payment_means m
    join accounts a on a.pk = m.account_pk and a.workspace_pk = m.workspace_pk
    where m.workspace_pk = ${workspacePk}
      and m.company_pk = ${companyPk}
      and a.iban is not null
      and a.deleted_at is null
      and m.deleted_at is null
    order by a.iban`;
