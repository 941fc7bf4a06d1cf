import {
  type AccountRecord,
  findAccountRecord,
  listAccountTwins,
  lockAccountRecords,
} from '../../../shared/db/account-identity.ts';
import { canonicalNumber } from '../../../shared/domain/canonical.ts';
import type { IdentityRecord } from './compare-records.ts';
import type { IdentityKey } from './keys.ts';
import type { IdentityKind } from './kinds.ts';

/** Letters of a BIC that name the bank; the other three name its branch. */
const BIC_BANK_LENGTH = 8;

const canonical = (text: string | null) => (text === null ? null : canonicalNumber(text));

const keysOf = (row: AccountRecord): IdentityKey[] => {
  const iban = canonical(row.iban);
  const number = canonical(row.account_number);
  // A number alone is only unique within its bank.
  const banks = [
    ['bic', canonical(row.bic)?.slice(0, BIC_BANK_LENGTH)],
    ['routing', canonical(row.routing_number)],
    ['sort', canonical(row.sort_code)],
  ].filter(([, code]) => code);
  return [
    ...(iban ? [{ kind: 'iban', value: iban } as const] : []),
    ...(number
      ? banks.map(
          ([scheme, code]) => ({ kind: 'account_number', value: `${number} ${scheme} ${code}` }) as const,
        )
      : []),
  ];
};

/** An account as identity matching sees it. */
export function accountRecord({ pk, account_id, created_at, ...fields }: AccountRecord): IdentityRecord {
  return {
    ...{ pk, id: account_id, created_at, names: [], currency: fields.currency, fields },
    keys: keysOf({ pk, account_id, created_at, ...fields }),
  };
}

export const accountKind: IdentityKind = {
  type: 'account',
  table: 'accounts',
  meansColumn: 'account_pk',
  groups: [
    ['account_name'],
    ['currency'],
    ['type'],
    ['ownership'],
    ['workspace_connector_pk', 'account_external_id'],
    ['iban'],
    ['bic'],
    ['account_number'],
    ['routing_number'],
    ['sort_code'],
  ],
  derive: () => ({}),

  async find(db, { workspacePk, id }) {
    const row = await db.maybeOne(findAccountRecord({ workspacePk, accountId: id }));
    return row && accountRecord(row);
  },
  async listTwins(db, { workspacePk, record: { pk, fields } }) {
    const text = (column: string) => (fields[column] ? String(fields[column]) : null);
    const rows = await db.any(
      listAccountTwins({ workspacePk, pk, iban: text('iban'), accountNumber: text('account_number') }),
    );
    return rows.map(accountRecord);
  },
  async lock(db, { workspacePk, ids }) {
    return (await db.any(lockAccountRecords({ workspacePk, accountIds: ids }))).map(accountRecord);
  },
  findTies: async () => [],
};
