import { z } from 'zod';
import { Decimal, NoRow, sql } from './sql.ts';

/** What was used of a task's and a workspace's budget, questions that are still being asked included. */
export const ModelSpending = z.strictObject({
  task_calls: z.number(),
  task_tokens: z.number(),
  /** In the calendar month, UTC, of the database clock. */
  month_tokens: z.number(),
  month_cost: Decimal,
});
export type ModelSpending = z.output<typeof ModelSpending>;

/** Tokens of a question and what they cost, decimal string. */
export interface ModelTokens {
  input_tokens: number;
  output_tokens: number;
  cost: string;
}

/** Sums what a task and, this month, its workspace have used. An endpoint that was away took no call. */
export const sumModelUsage = ({ workspacePk, taskPk }: { workspacePk: number; taskPk: number }) =>
  sql.type(ModelSpending)`
    select
      by_task.calls as task_calls,
      by_task.tokens as task_tokens,
      by_month.tokens as month_tokens,
      by_month.cost as month_cost
    from
      (
        select
          count(*) filter (where outcome <> 'unavailable') as calls,
          coalesce(sum(input_tokens + output_tokens), 0)::bigint as tokens
        from model_usage
        where workspace_pk = ${workspacePk}
          and enrichment_task_pk = ${taskPk}
      ) by_task,
      (
        select
          coalesce(sum(input_tokens + output_tokens), 0)::bigint as tokens,
          coalesce(sum(cost), 0) as cost
        from model_usage
        where workspace_pk = ${workspacePk}
          and created_at >= date_trunc('month', now(), 'UTC')
      ) by_month`;

const UsageKey = z.strictObject({ pk: z.int() });

/** Writes a question down before it is asked, with the most it can take. */
export const reserveModelUsage = ({
  workspacePk,
  taskPk,
  modelId,
  tokens,
}: {
  workspacePk: number;
  taskPk: number;
  modelId: string;
  tokens: ModelTokens;
}) =>
  sql.type(UsageKey)`
    insert into model_usage (workspace_pk, enrichment_task_pk, model_id, input_tokens, output_tokens, cost)
    values (
      ${workspacePk}, ${taskPk}, ${modelId}, ${tokens.input_tokens}, ${tokens.output_tokens}, ${tokens.cost}::numeric
    )
    returning pk`;

/** How a question ended. */
export interface ModelUsageEnd {
  outcome: 'answered' | 'invalid_answer' | 'unavailable';
  tokens: ModelTokens;
  /** Null where nothing came back. */
  answer: { modelId: string; promptHash: string; answerHash: string } | null;
}

/** Replaces what was reserved by what the question took. */
export const settleModelUsage = ({
  workspacePk,
  pk,
  outcome,
  tokens,
  answer,
}: { workspacePk: number; pk: number } & ModelUsageEnd) =>
  sql.type(NoRow)`
    update model_usage
    set outcome = ${outcome},
        input_tokens = ${tokens.input_tokens},
        output_tokens = ${tokens.output_tokens},
        cost = ${tokens.cost}::numeric,
        model_id = coalesce(${answer?.modelId ?? null}, model_id),
        prompt_hash = ${answer?.promptHash ?? null},
        answer_hash = ${answer?.answerHash ?? null}
    where workspace_pk = ${workspacePk}
      and pk = ${pk}`;
