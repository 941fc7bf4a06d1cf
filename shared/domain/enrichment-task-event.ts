import { z } from 'zod';
import { linkTo, Moment, PublicId } from './schema-parts.ts';

/** What can happen to a task; the order is that of a life. */
export const taskEventKinds = [
  'enqueued',
  'dispatched',
  'dispatch_failed',
  'claimed',
  'lease_expired',
  'retried',
  'waiting',
  'woken',
  'continued',
  'finished',
  'commanded',
] as const;

const Detail = z.strictObject({
  status: z.string().optional().describe('Of `finished`: how the task ended.'),
  halt: z.string().optional().describe('Of `finished`: the code of a soft stop.'),
  reason: z.string().optional().describe('Of `retried`: the fault that another run may not meet.'),
  action: z.string().optional().describe('Of `commanded`: what a person asked for.'),
  fields: z.array(z.string()).optional().describe('Of `commanded`: what was changed.'),
  retry: z.string().optional().describe('Of `commanded`: the task that repeats this one.'),
  retry_of: z.string().optional().describe('Of `enqueued`: the failed task that this one repeats.'),
});

const attributes = {
  kind: z.union([z.enum(taskEventKinds), z.string()]).describe('What happened.'),
  actor: z.string().describe('Who did it: `user:<person id>`, `task:<task id>`, or the name of a function.'),
  attempt: z.int().nonnegative().nullable().describe('Claims up to then.'),
  detail: Detail.nullable(),
  created_at: Moment,
};

/** Attributes and relationships of an event, for sparse fields. */
export const taskEventFields = [...Object.keys(attributes), 'enrichment_task'];

/** One event in the life of a task, as callers see it. */
export const EnrichmentTaskEvent = z
  .strictObject({
    type: z.literal('enrichment_task_event'),
    id: PublicId,
    attributes: z.strictObject(attributes),
    relationships: z.strictObject({ enrichment_task: linkTo('enrichment_task') }),
  })
  .meta({
    id: 'EnrichmentTaskEvent',
    description: 'Something that happened to a task. Events are never changed.',
  });
export type EnrichmentTaskEvent = z.output<typeof EnrichmentTaskEvent>;

/** Characters of a reason that leave. */
const REASON_MAX = 300;

/** What of an event's detail leaves, by kind; all else, such as generations of queue messages, is internal. */
const shownOf: Readonly<Record<string, readonly (keyof z.output<typeof Detail>)[]>> = {
  enqueued: ['retry_of'],
  retried: ['reason'],
  finished: ['status', 'halt'],
  commanded: ['action', 'fields', 'retry'],
};

export interface TaskEventView {
  task_id: string;
  event_id: string;
  kind: string;
  actor: string;
  attempt: number | null;
  detail: unknown;
  created_at: string;
}

/** The event as callers see it; of its detail what `shownOf` names, and of a reason its first line. */
export const enrichmentTaskEventResource = (event: TaskEventView): EnrichmentTaskEvent => ({
  type: 'enrichment_task_event',
  id: event.event_id,
  attributes: {
    kind: event.kind,
    actor: event.actor,
    attempt: event.attempt,
    detail: shownDetail(event),
    created_at: event.created_at,
  },
  relationships: { enrichment_task: { data: { type: 'enrichment_task', id: event.task_id } } },
});

function shownDetail({ kind, detail }: TaskEventView): z.output<typeof Detail> | null {
  const given = Object(detail) as Record<string, unknown>;
  const entries = (shownOf[kind] ?? []).flatMap((name) => {
    const value = given[name];
    if (value === undefined || value === null) return [];
    return [[name, name === 'reason' ? String(value).split('\n', 1).join('').slice(0, REASON_MAX) : value]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
