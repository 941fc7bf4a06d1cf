import type { FollowUp } from './outcomes.ts';
import { type RecordRoot, rootOf } from './records-roots.ts';

/** A record whose cells are computed. */
export interface ComputedRecord {
  root: RecordRoot;
  recordId: string;
  /** Stands for what the record holds now: the same work on other values is other work. */
  asOf: string;
}

/** A column or rule as its tasks name it; a changed one has another `updated_at`, and so makes other tasks. */
export type ComputedColumn = { custom_column_id: string; field_key: string; updated_at: string | null };
export type ComputedRule = { field_rule_id: string; field_key: string; updated_at: string | null };

/** The task that computes one cell of a column. */
export const computeColumn = (
  { root, recordId, asOf }: ComputedRecord,
  { custom_column_id, field_key, updated_at }: ComputedColumn,
): FollowUp => ({
  enrichment_type: 'custom_column',
  entity_type: rootOf(root).entityType,
  entity_id: recordId,
  input: { custom_column_id, root, record_id: recordId, column_updated_at: updated_at, as_of: asOf },
  target_fields: [field_key],
});

/** The task that applies a rule to one field of a record. */
export const applyRule = (
  { root, recordId, asOf }: ComputedRecord,
  { field_rule_id, field_key, updated_at }: ComputedRule,
): FollowUp => ({
  enrichment_type: 'field_rule',
  entity_type: rootOf(root).entityType,
  entity_id: recordId,
  input: { field_rule_id, root, field_key, record_id: recordId, rule_updated_at: updated_at, as_of: asOf },
  target_fields: [field_key],
});
