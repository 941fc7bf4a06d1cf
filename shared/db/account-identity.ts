import { z } from 'zod';
import { publicId } from './public-id.ts';
import { sql, Timestamp } from './sql.ts';

/** An account with all that tells it from others, and all that a merge may fill. */
export const AccountRecord = z.strictObject({
  pk: z.number(),
  account_id: z.uuid(),
  created_at: Timestamp,
  account_name: z.string().nullable(),
  currency: z.string().nullable(),
  type: z.string().nullable(),
  ownership: z.string(),
  account_external_id: z.string().nullable(),
  iban: z.string().nullable(),
  bic: z.string().nullable(),
  account_number: z.string().nullable(),
  routing_number: z.string().nullable(),
  sort_code: z.string().nullable(),
  workspace_connector_pk: z.number().nullable(),
});
export type AccountRecord = z.output<typeof AccountRecord>;

const columns = sql.fragment`
  a.pk, a.account_id, a.created_at, a.account_name, a.currency, a.type, a.ownership, a.account_external_id, a.iban,
  a.bic, a.account_number, a.routing_number, a.sort_code, a.workspace_connector_pk`;

/** Null when it is gone, deleted or another workspace's. */
export const findAccountRecord = ({ workspacePk, accountId }: { workspacePk: number; accountId: string }) =>
  sql.type(AccountRecord)`
    select ${columns}
    from accounts a
    where a.account_id = ${publicId(accountId)}
      and a.workspace_pk = ${workspacePk}
      and a.deleted_at is null`;

/** The live ones of these, locked so that nothing new can point at them, in the order of their keys. */
export const lockAccountRecords = ({
  workspacePk,
  accountIds,
}: {
  workspacePk: number;
  accountIds: readonly string[];
}) =>
  sql.type(AccountRecord)`
    select ${columns}
    from accounts a
    where a.account_id = any(${sql.array(accountIds, 'uuid')})
      and a.workspace_pk = ${workspacePk}
      and a.deleted_at is null
    order by a.pk
    for update`;

/** Accounts that one number finds at most. */
const PER_KEY_MAX = 50;

/** Other live accounts with this IBAN, or with this account number at whatever bank. */
export const listAccountTwins = ({
  workspacePk,
  pk,
  iban,
  accountNumber,
}: {
  workspacePk: number;
  pk: number;
  iban: string | null;
  accountNumber: string | null;
}) =>
  sql.type(AccountRecord)`
    select ${columns}
    from accounts a
    where a.pk in (
      (
        select k.pk
        from accounts k
        where k.workspace_pk = ${workspacePk}
          and k.iban = ${iban}
          and k.deleted_at is null
        order by k.pk
        limit ${PER_KEY_MAX}
      ) union (
        select k.pk
        from accounts k
        where k.workspace_pk = ${workspacePk}
          and k.account_number = ${accountNumber}
          and k.deleted_at is null
        order by k.pk
        limit ${PER_KEY_MAX}
      )
    )
      and a.pk <> ${pk}
    order by a.pk`;
