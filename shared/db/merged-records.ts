import { z } from 'zod';
import type { MergeableTable } from './record-references.ts';
import { NoRow, sql } from './sql.ts';

/** What points at a record by its public id, and moves with it when it is merged into another. */
export interface MergedIds {
  workspacePk: number;
  /** Public id of the record that goes. */
  from: string;
  /** Public id of the record that stays. */
  to: string;
}

/**
 * To-do items about a company that goes are about the one that stays. One that repeats an open item of the same
 * provider is cancelled.
 */
export const moveTodos = ({ workspacePk, from, to }: MergedIds) =>
  sql.type(NoRow)`
    update tasks t
    set company_ref_id = ${to},
        status = case
          when t.status in ('open', 'ice_log', 'blocked')
            and t.deleted_at is null
            and exists (
              select
              from tasks k
              where k.workspace_pk = ${workspacePk}
                and k.company_ref_id = ${to}
                and k.provider_ref_id = t.provider_ref_id
                and k.status in ('open', 'ice_log', 'blocked')
                and k.deleted_at is null
            )
          then 'cancelled'
          else t.status
        end
    where t.workspace_pk = ${workspacePk}
      and t.company_ref_id = ${from}`;

/** Links of to-do items that name the record, wherever in their array. */
export const moveTodoLinks = ({ workspacePk, from, to }: MergedIds) =>
  sql.type(NoRow)`
    update tasks
    set "references" = replace("references"::text, ${from}, ${to})::jsonb
    where workspace_pk = ${workspacePk}
      and strpos("references"::text, ${from}) > 0`;

/**
 * Where both records have a live cell in a column, one of the two is deleted: that of the record that stays when it is
 * empty, else the other.
 */
export const dropDoubleCells = ({ workspacePk, from, to }: MergedIds) =>
  sql.type(NoRow)`
    update custom_column_values v
    set deleted_at = now()
    from custom_column_values k, custom_column_values g
    where k.workspace_pk = ${workspacePk}
      and k.record_id = ${to}
      and k.deleted_at is null
      and g.workspace_pk = ${workspacePk}
      and g.record_id = ${from}
      and g.deleted_at is null
      and g.custom_column_pk = k.custom_column_pk
      and v.workspace_pk = ${workspacePk}
      and v.pk = case when coalesce(k.value ->> 'value', '') = '' then k.pk else g.pk end`;

/** The cells of the record, once none of them meets another. */
export const moveCells = ({ workspacePk, from, to }: MergedIds) =>
  sql.type(NoRow)`
    update custom_column_values
    set record_id = ${to}
    where workspace_pk = ${workspacePk}
      and record_id = ${from}`;

/** What field rules yielded, where they yielded nothing yet for the record that stays; the rest has no other place. */
export const moveRuleValues = ({ workspacePk, from, to }: MergedIds) =>
  sql.type(NoRow)`
    update field_rule_values v
    set record_id = ${to}
    where v.workspace_pk = ${workspacePk}
      and v.record_id = ${from}
      and not exists (
        select
        from field_rule_values k
        where k.field_rule_pk = v.field_rule_pk
          and k.record_id = ${to}
      )`;

const TaskPk = z.strictObject({ pk: z.number() });

/**
 * Open tasks about the record are about the one that stays, this one excepted. One that is just being claimed or ended
 * is passed over, not waited for: it may wait for the locks of this very merge. The fingerprint named the other record.
 */
export const retargetTasks = ({
  workspacePk,
  type,
  from,
  to,
  taskPk,
  actor,
}: MergedIds & { type: string; taskPk: number; actor: string }) =>
  sql.type(TaskPk)`
    with open as (
      select pk
      from enrichment_tasks
      where workspace_pk = ${workspacePk}
        and entity_type = ${type}
        and entity_id = ${from}
        and status in ('pending', 'processing')
        and deleted_at is null
        and pk <> ${taskPk}
      order by pk
      for update skip locked
    ), t as (
      update enrichment_tasks e
      set entity_id = ${to},
          input = replace(e.input::text, ${from}, ${to})::jsonb,
          input_hash = null
      from open
      where e.pk = open.pk
      returning e.pk, e.workspace_pk, e.attempt
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select
        t.pk, t.workspace_pk, 'commanded', ${actor}, t.attempt,
        jsonb_build_object('action', 'retarget', 'from', ${from}::text, 'to', ${to}::text)
      from t
    )
    select pk
    from t`;

/**
 * Who set these fields of the record that goes is who set them in the one that stays. Where nobody recorded that, what
 * was recorded about an earlier value of the other must not stand.
 */
export const carryProvenance = ({
  workspacePk,
  type,
  from,
  to,
  fields,
}: MergedIds & { type: string; fields: readonly string[] }) =>
  sql.type(NoRow)`
    insert into field_provenance (
      workspace_pk, entity_type, entity_id, field, source, confidence, enrichment_task_pk, set_at
    )
    select
      ${workspacePk}, ${type}, ${to}, f, coalesce(g.source, 'unknown'), g.confidence, g.enrichment_task_pk,
      coalesce(g.set_at, clock_timestamp())
    from unnest(${sql.array(fields, 'text')}) f
    left join field_provenance g
      on g.workspace_pk = ${workspacePk}
      and g.entity_type = ${type}
      and g.entity_id = ${from}
      and g.field = f
    left join field_provenance k
      on k.workspace_pk = ${workspacePk}
      and k.entity_type = ${type}
      and k.entity_id = ${to}
      and k.field = f
    where g.pk is not null
      or k.pk is not null
    on conflict (workspace_pk, entity_type, entity_id, field) do update
    set source = excluded.source,
        confidence = excluded.confidence,
        enrichment_task_pk = excluded.enrichment_task_pk,
        set_at = excluded.set_at`;

interface Row {
  workspacePk: number;
  table: MergeableTable;
  pk: number;
}

/** Soft-deletes a row that was merged into another. */
export const removeMerged = ({ workspacePk, table, pk }: Row) =>
  sql.type(NoRow)`
    update ${sql.identifier([table])}
    set deleted_at = now()
    where pk = ${pk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

/** Writes these columns of a row, each as its type reads the text. */
export const fillRecord = ({
  workspacePk,
  table,
  pk,
  fields,
}: Row & { fields: Record<string, string | number | null> }) =>
  sql.type(NoRow)`
    update ${sql.identifier([table])} t
    set ${sql.join(
      Object.keys(fields).map(
        (name) => sql.fragment`${sql.identifier([name])} = v.${sql.identifier([name])}`,
      ),
      sql.fragment`, `,
    )}
    from jsonb_populate_record(null::${sql.identifier([table])}, ${JSON.stringify(fields)}::jsonb) v
    where t.pk = ${pk}
      and t.workspace_pk = ${workspacePk}`;

const DoubleMeans = z.strictObject({ pk: z.number(), first_pk: z.number() });

/** Ways to pay of this owner or account that have become the same as an older one: same account, same owner. */
export const listDoubleMeans = ({
  workspacePk,
  column,
  pk,
}: {
  workspacePk: number;
  column: 'company_pk' | 'person_pk' | 'account_pk';
  pk: number;
}) =>
  sql.type(DoubleMeans)`
    select d.pk, d.first_pk
    from (
      select m.pk, min(m.pk) over (partition by m.account_pk, m.company_pk, m.person_pk) as first_pk
      from payment_means m
      where m.workspace_pk = ${workspacePk}
        and m.${sql.identifier([column])} = ${pk}
        and m.account_pk is not null
        and m.deleted_at is null
    ) d
    where d.pk <> d.first_pk
    order by d.pk`;

/**
 * Before the contacts of one record become another's: its primary e-mails and phones are primary no longer where the
 * other has one. Addresses that belong to further records stay as they are.
 */
export const demotePrimaries = ({
  workspacePk,
  owner,
  kind,
  from,
  to,
}: {
  workspacePk: number;
  owner: 'company' | 'person';
  kind: 'email' | 'phone';
  from: number;
  to: number;
}) => {
  const [atoms, atomPk, ownerPk] = [
    sql.identifier([`${kind}s`]),
    sql.identifier([`${kind}_pk`]),
    sql.identifier([`${owner}_pk`]),
  ];
  const pivot = sql.identifier([`${owner}_${kind}s`]);
  const otherPivot = sql.identifier([`${owner === 'company' ? 'person' : 'company'}_${kind}s`]);
  return sql.type(NoRow)`
    update ${atoms} a
    set is_primary = false
    from ${pivot} l
    where a.workspace_pk = ${workspacePk}
      and a.is_primary
      and l.workspace_pk = ${workspacePk}
      and l.${atomPk} = a.pk
      and l.${ownerPk} = ${from}
      and l.deleted_at is null
      and exists (
        select
        from ${pivot} k
        join ${atoms} b on b.pk = k.${atomPk} and b.is_primary and b.deleted_at is null
        where k.workspace_pk = ${workspacePk} and k.${ownerPk} = ${to} and k.deleted_at is null
      )
      and not exists (
        select
        from ${pivot} o
        where o.${atomPk} = a.pk and o.${ownerPk} <> ${from} and o.deleted_at is null
      )
      and not exists (select from ${otherPivot} o where o.${atomPk} = a.pk and o.deleted_at is null)`;
};
