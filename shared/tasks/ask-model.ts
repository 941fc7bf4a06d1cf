import { type ModelBudget, mostUsage } from '../ai/budget.ts';
import { type Answer, type Model, ModelUnavailable, type Question, type Usage } from '../ai/model.ts';
import {
  type ModelSpending,
  type ModelUsageEnd,
  reserveModelUsage,
  settleModelUsage,
  sumModelUsage,
} from '../db/model-usage.ts';
import { addAmounts, compareAmounts } from '../domain/money.ts';
import { inSpan, type SpanStart } from '../trace.ts';
import type { Run, Tools } from './define-enrichment.ts';

/** An answer, or why nobody was asked: no model is configured, or this question could go beyond a budget. */
export type ModelReply<T> =
  | Answer<T>
  | { refused: 'no_model' }
  | { refused: 'budget_used_up'; detail: string };

/**
 * Puts a question to the model within the budget of its task and workspace, and writes down what it took. Rejects as
 * the model does when the endpoint is away.
 *
 * The most that the question can take is written down before it is asked, so that a run which dies has paid for it and
 * no retry goes beyond the task's budget. Tasks that ask at the same moment do not see each other: together they may
 * go beyond the workspace's budget by one question each, which is never more than each one's own budget.
 */
export async function askModel<T>(
  { task, workspacePk, signal }: Pick<Run<unknown>, 'task' | 'workspacePk' | 'signal'>,
  { model, write, log }: Pick<Tools, 'write' | 'log'> & { model: Model | null },
  question: Question<T>,
): Promise<ModelReply<T>> {
  if (!model) return { refused: 'no_model' };
  const most = mostUsage(question, model.budget);
  const key = { workspacePk, taskPk: task.pk };
  const reserved = await write(async (db) => {
    const detail = usedUp(await db.one(sumModelUsage(key)), most, model.budget);
    return detail === null
      ? db.one(reserveModelUsage({ ...key, modelId: model.policy, tokens: most }))
      : { detail };
  });
  if ('detail' in reserved) {
    log.warn(
      { task_id: task.enrichment_task_id, enrichment_type: task.enrichment_type, reason: reserved.detail },
      'a question was not put to the model',
    );
    return { refused: 'budget_used_up', detail: reserved.detail };
  }

  const settle = (end: ModelUsageEnd) =>
    write((db) => db.query(settleModelUsage({ workspacePk, pk: reserved.pk, ...end })));
  let answer: Answer<T>;
  try {
    answer = await inSpan(
      () => questionSpan(model),
      async (span) => {
        const given = await model.extract({ ...question, signal });
        span.set({
          'gen_ai.response.model': given.model_id,
          'gen_ai.usage.input_tokens': given.usage.input_tokens,
          'gen_ai.usage.output_tokens': given.usage.output_tokens,
          ...('refused' in given ? { 'wellspring.outcome': given.refused } : {}),
        });
        return given;
      },
    );
  } catch (error) {
    if (error instanceof ModelUnavailable && error.spent)
      await settle({ outcome: 'unavailable', tokens: error.spent, answer: null });
    throw error;
  }
  await settle({
    outcome: 'refused' in answer ? answer.refused : 'answered',
    tokens: answer.usage,
    answer: { modelId: answer.model_id, promptHash: answer.prompt_hash, answerHash: answer.answer_hash },
  });
  return answer;
}

const questionSpan = ({ policy }: Model): SpanStart => ({
  name: `chat ${policy}`,
  kind: 'client',
  attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': policy },
});

/** Which budget a question could go beyond, in words; null when none. */
function usedUp(spent: ModelSpending, most: Usage, budget: ModelBudget): string | null {
  const tokens = most.input_tokens + most.output_tokens;
  if (spent.task_calls + 1 > budget.callsPerTask)
    return `the task has put its ${budget.callsPerTask} questions`;
  if (spent.task_tokens + tokens > budget.tokensPerTask)
    return `the question could take the task beyond its ${budget.tokensPerTask} tokens`;
  if (spent.month_tokens + tokens > budget.tokensPerMonth)
    return `the question could take the workspace beyond its ${budget.tokensPerMonth} tokens of this month`;
  if (
    budget.costPerMonth !== null &&
    compareAmounts(addAmounts(spent.month_cost, most.cost), budget.costPerMonth) > 0
  )
    return `the question could take the workspace beyond its cost of this month`;
  return null;
}
