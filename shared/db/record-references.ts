import type { FragmentSqlToken, IdentifierSqlToken } from 'slonik';
import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

/** Tables whose rows can be merged: one row goes, and whatever pointed at it points at the one that stays. */
export type MergeableTable = 'companies' | 'peoples' | 'accounts' | 'payment_means';

/** A column that points at a mergeable row. */
export interface Reference {
  table: string;
  column: string;
  /**
   * What the row says besides whom it is about, given its alias. Where both records have a live row that says the same,
   * the one of the record that goes is unlinked.
   */
  says?: (row: IdentifierSqlToken) => FragmentSqlToken;
}

const column = (name: string) => (row: IdentifierSqlToken) => sql.fragment`${row}.${sql.identifier([name])}`;
const ofAtom = (table: string, key: string, value: FragmentSqlToken) => (row: IdentifierSqlToken) =>
  sql.fragment`(select ${value} from ${sql.identifier([table])} a where a.pk = ${row}.${sql.identifier([key])})`;

// The same comparisons as those of contact-atoms.ts: whatever their case, and places without their region.
const place = sql.fragment`
  lower(jsonb_build_array(a.street, a.city, a.postal_code, a.country)::text)`;
const contactsOf = (owner: 'company' | 'person'): Reference[] => [
  {
    table: `${owner}_emails`,
    column: `${owner}_pk`,
    says: ofAtom('emails', 'email_pk', sql.fragment`lower(a.value)`),
  },
  {
    table: `${owner}_phones`,
    column: `${owner}_pk`,
    says: ofAtom('phones', 'phone_pk', sql.fragment`a.e164_number`),
  },
  {
    table: `${owner}_web_links`,
    column: `${owner}_pk`,
    says: ofAtom('web_links', 'web_link_pk', sql.fragment`lower(a.url)`),
  },
  { table: `${owner}_locations`, column: `${owner}_pk`, says: ofAtom('locations', 'location_pk', place) },
  // A record shows one logo, one avatar and one banner.
  {
    table: `${owner}_media`,
    column: `${owner}_pk`,
    says: ofAtom('media', 'media_pk', sql.fragment`a.media_type`),
  },
];

/** Every foreign key to a mergeable table that a merge moves; a test holds it to the database's own list. */
export const references: Record<MergeableTable, readonly Reference[]> = {
  companies: [
    { table: 'companies', column: 'parent_company_pk' },
    { table: 'company_people', column: 'company_pk', says: column('person_pk') },
    ...contactsOf('company'),
    { table: 'invoices', column: 'issuer_pk' },
    { table: 'invoices', column: 'receiver_pk' },
    { table: 'payment_means', column: 'company_pk' },
  ],
  peoples: [
    { table: 'memberships', column: 'person_pk' },
    { table: 'tasks', column: 'assigned_to_pk' },
    { table: 'tasks', column: 'created_by_pk' },
    { table: 'company_people', column: 'person_pk', says: column('company_pk') },
    ...contactsOf('person'),
    { table: 'workspace_connectors', column: 'person_pk' },
    { table: 'collects', column: 'people_pk' },
    { table: 'payment_means', column: 'person_pk' },
  ],
  accounts: [{ table: 'payment_means', column: 'account_pk' }],
  payment_means: [
    { table: 'transactions', column: 'debtor_payment_means_pk' },
    { table: 'transactions', column: 'creditor_payment_means_pk' },
    { table: 'invoice_payment_means', column: 'payment_means_pk', says: column('invoice_pk') },
  ],
};

/** Foreign keys that stay: a workspace's own company is never the record that goes. */
export const unmovedReferences: readonly Reference[] = [{ table: 'workspaces', column: 'own_company_pk' }];

const Count = z.strictObject({ count: z.number() });

/** How many rows point at this one, soft-deleted ones included. */
export const countReferences = ({
  workspacePk,
  table,
  pk,
}: {
  workspacePk: number;
  table: MergeableTable;
  pk: number;
}) =>
  sql.type(Count)`
    select ${sql.join(
      references[table].map(
        (reference) => sql.fragment`(
          select count(*)
          from ${sql.identifier([reference.table])} r
          where r.workspace_pk = ${workspacePk} and r.${sql.identifier([reference.column])} = ${pk}
        )`,
      ),
      sql.fragment` + `,
    )} as count`;

interface Move {
  workspacePk: number;
  reference: Reference;
  /** The row that goes. */
  from: number;
  /** The row that stays. */
  to: number;
}

/** Unlinks what the row that stays is linked to already; only for references that say more than whom they are about. */
export const unlinkDoubles = ({ workspacePk, reference, from, to }: Move) => {
  const table = sql.identifier([reference.table]);
  const [going, staying] = [sql.identifier(['r']), sql.identifier(['k'])];
  const says = reference.says ?? (() => sql.fragment`null`);
  return sql.type(NoRow)`
    update ${table} r
    set deleted_at = now()
    where r.workspace_pk = ${workspacePk}
      and r.${sql.identifier([reference.column])} = ${from}
      and r.deleted_at is null
      and exists (
        select
        from ${table} k
        where k.workspace_pk = ${workspacePk}
          and k.${sql.identifier([reference.column])} = ${to}
          and k.deleted_at is null
          and ${says(staying)} = ${says(going)}
      )`;
};

/** Makes every row of this reference that points at the one point at the other, soft-deleted ones included. */
export const moveReference = ({ workspacePk, reference, from, to }: Move) => {
  const name = sql.identifier([reference.column]);
  return sql.type(NoRow)`
    update ${sql.identifier([reference.table])}
    set ${name} = ${to}
    where workspace_pk = ${workspacePk}
      and ${name} = ${from}`;
};
