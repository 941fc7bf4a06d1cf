import { z } from 'zod';
import { type TodoStatus, todoStatuses } from '../domain/related-resources.ts';
import { Decimal, NoRow, sql, Timestamp } from './sql.ts';

const TaskPk = z.strictObject({ pk: z.number() });

/** A to-do item of this workspace; null when it is gone, deleted or another workspace's. */
export const findTaskPk = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(TaskPk)`
    select pk
    from tasks
    where task_id = ${taskId}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

/** The to-do item of a provider and a company, as scoring compares it. */
export const ScoredTaskRow = z.strictObject({
  pk: z.number(),
  task_id: z.uuid(),
  title: z.string(),
  status: z.enum(todoStatuses),
  priority: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
  score: Decimal.nullable(),
  confidence_score: Decimal.nullable(),
  references: z.unknown(),
  metadata: z.unknown(),
  done_at: Timestamp.nullable(),
});
export type ScoredTaskRow = z.output<typeof ScoredTaskRow>;

interface ScoredPair {
  workspacePk: number;
  /** Public ids. */
  providerId: string;
  companyId: string;
}

/** Makes the scorings of one company wait for each other, to the end of the transaction. */
export const lockScoring = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext(${`provider score ${companyId}`}), ${workspacePk})`;

/** The item that is being worked on, or else the newest one; null when there never was one. */
export const findScoredTask = ({ workspacePk, providerId, companyId }: ScoredPair) =>
  sql.type(ScoredTaskRow)`
    select pk, task_id, title, status, priority, score, confidence_score, "references", metadata, done_at
    from tasks
    where workspace_pk = ${workspacePk}
      and provider_ref_id = ${providerId}
      and company_ref_id = ${companyId}
      and deleted_at is null
    order by status in ('open', 'ice_log', 'blocked', 'in_progress') desc, pk desc
    limit 1
    for no key update`;

interface ScoredContent {
  title: string;
  status: TodoStatus;
  /** 0–100. */
  score: number;
  /** 0–1. */
  confidence: number;
  references: unknown[];
  metadata: Record<string, unknown>;
}

const TaskId = z.strictObject({ task_id: z.uuid() });

/** Adds the item of a provider and a company. */
export const insertScoredTask = ({
  workspacePk,
  providerId,
  companyId,
  executor,
  content,
}: ScoredPair & { executor: 'system' | 'human'; content: ScoredContent }) =>
  sql.type(TaskId)`
    insert into tasks (
      workspace_pk, title, status, executor_type, source, score, confidence_score, provider_ref_id, company_ref_id,
      "references", metadata
    )
    values (
      ${workspacePk}, ${content.title}, ${content.status}::task_status_enum, ${executor}::executor_type_enum, 'agent',
      ${content.score}::float8::numeric, ${content.confidence}::float8::numeric, ${providerId}, ${companyId},
      ${JSON.stringify(content.references)}::jsonb, ${JSON.stringify(content.metadata)}::jsonb
    )
    returning task_id`;

/** Writes a new score on an item, with the title and status that it is to have. */
export const refreshScoredTask = ({
  workspacePk,
  pk,
  content,
}: {
  workspacePk: number;
  pk: number;
  content: ScoredContent;
}) =>
  sql.type(TaskId)`
    update tasks
    set title = ${content.title},
        status = ${content.status}::task_status_enum,
        score = ${content.score}::float8::numeric,
        confidence_score = ${content.confidence}::float8::numeric,
        "references" = ${JSON.stringify(content.references)}::jsonb,
        metadata = ${JSON.stringify(content.metadata)}::jsonb
    where pk = ${pk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    returning task_id`;

/**
 * Ends the items that scoring made for a company and nobody moved since: what they were about is there. What was
 * written last stands in `metadata.scoring.written`.
 */
export const finishScoredTasks = ({ workspacePk, companyId }: Omit<ScoredPair, 'providerId'>) =>
  sql.type(TaskId)`
    update tasks
    set status = 'done',
        done_at = clock_timestamp(),
        metadata = jsonb_set(metadata, '{scoring,written,status}', '"done"')
    where workspace_pk = ${workspacePk}
      and company_ref_id = ${companyId}
      and source = 'agent'
      and status in ('open', 'ice_log')
      and metadata -> 'scoring' -> 'written'
        = jsonb_build_object('status', status::text, 'title', title, 'priority', priority::text)
      and deleted_at is null
    returning task_id`;
