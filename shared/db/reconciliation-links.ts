import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

/** A claim about a record, seen from it. */
export const ReconciliationLinkRow = z.strictObject({
  pk: z.number(),
  /** Public id of the record on the other side. */
  other_id: z.string(),
  strong_keys: z.array(z.string()).nullable(),
  /** A person said no. */
  declined: z.boolean(),
  /** The task that asks a person about these two; null when nobody is asked, or about a record that was merged. */
  waiting_task_pk: z.number().nullable(),
});
export type ReconciliationLinkRow = z.output<typeof ReconciliationLinkRow>;

interface OfRecord {
  workspacePk: number;
  /** `company`, `person` or `account`. */
  type: string;
  /** Public id. */
  id: string;
}

/** What was claimed about a record, declined claims included. */
export const listReconciliationLinks = ({ workspacePk, type, id }: OfRecord) =>
  sql.type(ReconciliationLinkRow)`
    select
      l.pk,
      case when l.source_id = ${id} then l.target_id else l.source_id end as other_id,
      (
        select array_agg(k)
        from jsonb_array_elements_text(l.reasoning -> 'strong_keys') k
      ) as strong_keys,
      l.deleted_at is not null as declined,
      t.pk as waiting_task_pk
    from reconciliation_links l
    left join enrichment_tasks t
      on t.pk = l.enrichment_task_pk
      and t.workspace_pk = l.workspace_pk
      and t.status = 'awaiting_approval'
      and strpos(t.output::text, l.source_id) > 0
      and strpos(t.output::text, l.target_id) > 0
      and t.deleted_at is null
    where l.workspace_pk = ${workspacePk}
      and (
        l.source_id = ${id} and l.source_type = ${type}
        or l.target_id = ${id} and l.target_type = ${type}
      )
    order by l.pk`;

export interface ReconciliationClaim {
  workspacePk: number;
  type: string;
  primaryId: string;
  secondaryId: string;
  /** 0–1; two decimals are kept. */
  confidence: number;
  reasoning: { strong_keys: readonly string[] } & Record<string, unknown>;
  contributions: Record<string, number>;
  taskPk: number;
}

const LinkId = z.strictObject({ reconciliation_link_id: z.uuid() });

/** Claims that two records are one; a live claim about the pair, in whatever order, becomes this one. */
export const claimMerge = (claim: ReconciliationClaim) =>
  sql.type(LinkId)`
    insert into reconciliation_links (
      workspace_pk, source_type, source_id, target_type, target_id, action, confidence, reasoning,
      field_contributions, enrichment_task_pk
    )
    values (
      ${claim.workspacePk}, ${claim.type}, ${claim.primaryId}, ${claim.type}, ${claim.secondaryId}, 'merge',
      ${claim.confidence}, ${JSON.stringify(claim.reasoning)}::jsonb, ${JSON.stringify(claim.contributions)}::jsonb,
      ${claim.taskPk}
    )
    on conflict (
      workspace_pk,
      least(source_type || ':' || source_id, target_type || ':' || target_id),
      greatest(source_type || ':' || source_id, target_type || ':' || target_id)
    ) where deleted_at is null
    do update
    set source_id = excluded.source_id,
        target_id = excluded.target_id,
        confidence = excluded.confidence,
        reasoning = excluded.reasoning,
        field_contributions = excluded.field_contributions,
        enrichment_task_pk = excluded.enrichment_task_pk
    returning reconciliation_link_id`;

/** Remembers that a person declined what this task claimed. */
export const declineClaims = ({ workspacePk, taskPk }: { workspacePk: number; taskPk: number }) =>
  sql.type(NoRow)`
    update reconciliation_links
    set deleted_at = now()
    where workspace_pk = ${workspacePk}
      and enrichment_task_pk = ${taskPk}
      and deleted_at is null`;

interface MergedRecord {
  workspacePk: number;
  type: string;
  /** Public id of the record that goes. */
  from: string;
  /** Public id of the record that stays. */
  to: string;
}

/**
 * What was claimed about a record that goes is claimed, or was declined, about the one that stays. The claim about the
 * two of them stays as it is, and so does one that is made about the other already.
 */
export const moveClaims = ({ workspacePk, type, from, to }: MergedRecord) =>
  sql.type(NoRow)`
    update reconciliation_links l
    set source_id = case when l.source_id = ${from} then ${to} else l.source_id end,
        target_id = case when l.target_id = ${from} then ${to} else l.target_id end
    where l.workspace_pk = ${workspacePk}
      and l.source_type = ${type}
      and l.target_type = ${type}
      and ${from} in (l.source_id, l.target_id)
      and ${to} not in (l.source_id, l.target_id)
      and not exists (
        select
        from reconciliation_links k
        where k.workspace_pk = ${workspacePk}
          and k.source_type = ${type}
          and k.target_type = ${type}
          and k.deleted_at is null
          and l.deleted_at is null
          and ${to} in (k.source_id, k.target_id)
          and case when l.source_id = ${from} then l.target_id else l.source_id end in (k.source_id, k.target_id)
      )`;
