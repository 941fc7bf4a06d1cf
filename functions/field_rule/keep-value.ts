import {
  confirmRuleValue,
  findFieldRule,
  findRuleValue,
  writeRuleValue,
} from '../../shared/db/field-rules.ts';
import type { Db } from '../../shared/db/sql.ts';
import { completed, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import { readFormat } from '../../shared/formula/config.ts';
import { formatValue } from '../../shared/formula/format-value.ts';
import type { Subject } from './find-subject.ts';
import type { FoundValue } from './index.ts';

/** A value to lay over a field. */
export interface KeptValue {
  workspacePk: number;
  taskPk: number;
  recordId: string;
  subject: Subject;
  found: FoundValue;
}

/** Writes the overlay unless it stands already, the rule is gone, or a task that was asked for later was quicker. */
export async function keepValue(
  db: Db,
  { workspacePk, taskPk, recordId, subject: { row, root, rule }, found }: KeptValue,
): Promise<Outcome> {
  const { cell, source, confidence, model } = found;
  const formatted = formatValue(cell, rule.shape, readFormat(row.format_config));
  const value = { ...cell, ...(formatted === null ? {} : { formatted }), source };
  const output = {
    ...value,
    ...(confidence === undefined ? {} : { confidence }),
    ...(model ? { model } : {}),
    field_rule_id: row.field_rule_id,
  };
  const place = { workspacePk, fieldRulePk: row.pk, recordId };
  if (await db.maybeOne(writeRuleValue({ ...place, root, value, taskPk })))
    return completed({ ...output, changed: true });

  const live = await db.maybeOne(findFieldRule({ workspacePk, fieldRuleId: row.field_rule_id }));
  const standing = await db.maybeOne(findRuleValue(place));
  if (!live || !standing) return halted('rule_deleted', 'the rule was deleted meanwhile');
  if ((standing.enrichment_task_pk ?? 0) > taskPk)
    return halted('superseded', 'a task that was asked for later wrote this value', output);
  await db.query(confirmRuleValue({ ...place, taskPk }));
  return completed({ ...output, changed: false });
}
