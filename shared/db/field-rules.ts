import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

/** What a user wants of an existing column. Its configs are as they wrote them. */
export const FieldRuleRow = z.strictObject({
  pk: z.number(),
  field_rule_id: z.uuid(),
  root: z.string(),
  field_key: z.string(),
  column_type: z.string().nullable(),
  rules_config: z.unknown(),
  formula_config: z.unknown(),
  format_config: z.unknown(),
  updated_at: Timestamp.nullable(),
});
export type FieldRuleRow = z.output<typeof FieldRuleRow>;

const columns = sql.fragment`
  r.pk, r.field_rule_id, r.root, r.field_key, r.column_type, r.rules_config, r.formula_config, r.format_config,
  r.updated_at`;

/** A live rule of this workspace by its id; null when it is gone, deleted or another workspace's. */
export const findFieldRule = ({ workspacePk, fieldRuleId }: { workspacePk: number; fieldRuleId: string }) =>
  sql.type(FieldRuleRow)`
    select ${columns}
    from field_rules r
    where r.field_rule_id = ${fieldRuleId}
      and r.workspace_pk = ${workspacePk}
      and r.deleted_at is null`;

/** The live rule of a field: there is one at most. */
export const findFieldRuleOf = ({
  workspacePk,
  root,
  fieldKey,
}: {
  workspacePk: number;
  root: string;
  fieldKey: string;
}) =>
  sql.type(FieldRuleRow)`
    select ${columns}
    from field_rules r
    where r.workspace_pk = ${workspacePk}
      and r.root = ${root}
      and r.field_key = ${fieldKey}
      and r.deleted_at is null`;

/** All live rules of a root, by field. */
export const listFieldRules = ({ workspacePk, root }: { workspacePk: number; root: string }) =>
  sql.type(FieldRuleRow)`
    select ${columns}
    from field_rules r
    where r.workspace_pk = ${workspacePk}
      and r.root = ${root}
      and r.deleted_at is null
    order by r.field_key`;

const RuleValueRow = z.strictObject({
  value: z.unknown(),
  enrichment_task_pk: z.number().nullable(),
});

/** What a rule yields for a record so far. */
export const findRuleValue = ({
  workspacePk,
  fieldRulePk,
  recordId,
}: {
  workspacePk: number;
  fieldRulePk: number;
  recordId: string;
}) =>
  sql.type(RuleValueRow)`
    select v.value, v.enrichment_task_pk
    from field_rule_values v
    where v.field_rule_pk = ${fieldRulePk}
      and v.workspace_pk = ${workspacePk}
      and v.record_id = ${recordId}`;

export interface WriteRuleValue {
  workspacePk: number;
  fieldRulePk: number;
  root: string;
  recordId: string;
  value: unknown;
  /** The task that found it: an older one than the value's own does not write. */
  taskPk: number;
}

/**
 * Writes what a rule yields where it differs from what is there. No row means that nothing was to be written: the rule
 * is deleted, the value stands already, or a newer task wrote.
 */
export const writeRuleValue = ({ workspacePk, fieldRulePk, root, recordId, value, taskPk }: WriteRuleValue) =>
  sql.type(RuleValueRow)`
    insert into field_rule_values as v (workspace_pk, field_rule_pk, root, record_id, value, enrichment_task_pk)
    select r.workspace_pk, r.pk, ${root}, ${recordId}, ${JSON.stringify(value)}::jsonb, ${taskPk}
    from field_rules r
    where r.pk = ${fieldRulePk}
      and r.workspace_pk = ${workspacePk}
      and r.deleted_at is null
    on conflict on constraint field_rule_values_rule_record_unique do update
    set value = excluded.value,
        enrichment_task_pk = excluded.enrichment_task_pk
    where v.value is distinct from excluded.value
      and (v.enrichment_task_pk is null or v.enrichment_task_pk <= excluded.enrichment_task_pk)
    returning v.value, v.enrichment_task_pk`;

/** Notes that a task found the value that stands already; it keeps its time. */
export const confirmRuleValue = ({
  workspacePk,
  fieldRulePk,
  recordId,
  taskPk,
}: {
  workspacePk: number;
  fieldRulePk: number;
  recordId: string;
  taskPk: number;
}) =>
  sql.type(RuleValueRow)`
    update field_rule_values v
    set enrichment_task_pk = ${taskPk}
    where v.field_rule_pk = ${fieldRulePk}
      and v.workspace_pk = ${workspacePk}
      and v.record_id = ${recordId}
      and (v.enrichment_task_pk is null or v.enrichment_task_pk < ${taskPk})
    returning v.value, v.enrichment_task_pk`;
