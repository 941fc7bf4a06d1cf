import { z } from 'zod';
import { Moment, PublicId } from './schema-parts.ts';

// Resources that come along when a caller includes a relationship. Their own endpoints are not part of this project:
// what is here is the public core of each, attribute by attribute.

/** States of a to-do item, native enum `task_status_enum`. */
export const todoStatuses = [
  'ice_log',
  'open',
  'in_progress',
  'done',
  'blocked',
  'cancelled',
  'archived',
] as const;
export type TodoStatus = (typeof todoStatuses)[number];

const times = { created_at: Moment, updated_at: Moment.nullable(), deleted_at: Moment.nullable() };

/** A person as callers see them beside another resource. */
export const People = z
  .strictObject({
    type: z.literal('people'),
    id: PublicId,
    attributes: z.strictObject({
      person_id: PublicId,
      full_name: z.string(),
      first_name: z.string(),
      last_name: z.string(),
      job_title: z.string().nullable(),
      external_person_id: z.string().nullable(),
      ...times,
    }),
  })
  .meta({ id: 'People', description: 'A person, as far as they come along with another resource.' });

/** A workspace as callers see it beside another resource. */
export const Workspace = z
  .strictObject({
    type: z.literal('workspace'),
    id: PublicId,
    attributes: z.strictObject({
      workspace_id: PublicId,
      name: z.string(),
      description: z.string().nullable(),
      external_workspace_id: z.string().nullable(),
      ...times,
    }),
  })
  .meta({ id: 'Workspace', description: 'A workspace, as far as it comes along with another resource.' });

/** A to-do item as callers see it beside another resource. */
export const Task = z
  .strictObject({
    type: z.literal('task'),
    id: PublicId,
    attributes: z.strictObject({
      task_id: PublicId,
      title: z.string(),
      description: z.string().nullable(),
      status: z.enum(todoStatuses),
      executor_type: z.enum(['human', 'system']),
      source: z.enum(['user', 'agent']),
      priority: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
      kind: z.string().nullable(),
      due_date: Moment.nullable(),
      done_at: Moment.nullable(),
      ...times,
    }),
  })
  .meta({ id: 'Task', description: 'A to-do item, as far as it comes along with another resource.' });

// The statements of these name their columns and nothing else, so a row is the attributes.
const included = <T extends string, A extends object>(type: T, id: string, attributes: A) => ({
  type,
  id,
  attributes: { ...attributes },
});

/** A person's row as a resource. */
export const peopleResource = (row: z.output<typeof People>['attributes']) =>
  included('people', row.person_id, row);

/** A workspace's row as a resource. */
export const workspaceResource = (row: z.output<typeof Workspace>['attributes']) =>
  included('workspace', row.workspace_id, row);

/** A to-do item's row as a resource. */
export const taskResource = (row: z.output<typeof Task>['attributes']) => included('task', row.task_id, row);
