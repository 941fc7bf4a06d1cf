import type { MergeableTable } from '../../../shared/db/record-references.ts';
import type { Db } from '../../../shared/db/sql.ts';
import type { IdentityRecord } from './compare-records.ts';

/** What identity matching needs to know about one type of record. */
export interface IdentityKind {
  type: 'company' | 'person' | 'account';
  table: MergeableTable;
  /** The column of a way to pay that names the record. */
  meansColumn: 'company_pk' | 'person_pk' | 'account_pk';
  /** Columns that a merge fills together when the first of them is empty in the record that stays. */
  groups: readonly (readonly string[])[];
  /** Columns that follow from the others. */
  derive(fields: IdentityRecord['fields']): Record<string, string | null>;
  /** Null when it is gone, deleted or another workspace's. */
  find(db: Db, where: { workspacePk: number; id: string }): Promise<IdentityRecord | null>;
  /** Others that may share a key, a bounded number of them. */
  listTwins(db: Db, where: { workspacePk: number; record: IdentityRecord }): Promise<IdentityRecord[]>;
  /** The live ones of these, so that nothing new can point at them until the end of the transaction. */
  lock(db: Db, where: { workspacePk: number; ids: readonly string[] }): Promise<IdentityRecord[]>;
  /** What shows that the two are two, whatever they share. */
  findTies(
    db: Db,
    pair: { workspacePk: number; left: IdentityRecord; right: IdentityRecord },
  ): Promise<string[]>;
}
