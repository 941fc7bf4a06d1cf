import { z } from 'zod';
import { todoStatuses } from '../domain/related-resources.ts';
import { sql, Timestamp } from './sql.ts';

// Records that come along with a list. Deleted ones are among them: a run keeps the person who made it.

const times = { created_at: Timestamp, updated_at: Timestamp.nullable(), deleted_at: Timestamp.nullable() };

const IncludedPerson = z.strictObject({
  person_id: z.string(),
  full_name: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  job_title: z.string().nullable(),
  external_person_id: z.string().nullable(),
  ...times,
});

/** People by their public ids, as callers may read them. */
export const listIncludedPeople = ({
  workspacePk,
  personIds,
}: {
  workspacePk: number;
  personIds: readonly string[];
}) =>
  sql.type(IncludedPerson)`
    select person_id, full_name, first_name, last_name, job_title, external_person_id, created_at, updated_at, deleted_at
    from peoples
    where person_id = any(${sql.array(personIds, 'uuid')})
      and workspace_pk = ${workspacePk}`;

const IncludedWorkspace = z.strictObject({
  workspace_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  external_workspace_id: z.string().nullable(),
  ...times,
});

/** The workspace itself, as callers may read it. */
export const findIncludedWorkspace = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(IncludedWorkspace)`
    select workspace_id, name, description, external_workspace_id, created_at, updated_at, deleted_at
    from workspaces
    where pk = ${workspacePk}`;

const IncludedTask = z.strictObject({
  task_id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(todoStatuses),
  executor_type: z.enum(['human', 'system']),
  source: z.enum(['user', 'agent']),
  priority: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
  kind: z.string().nullable(),
  due_date: Timestamp.nullable(),
  done_at: Timestamp.nullable(),
  ...times,
});

/** To-do items by their public ids, as callers may read them. */
export const listIncludedTasks = ({
  workspacePk,
  taskIds,
}: {
  workspacePk: number;
  taskIds: readonly string[];
}) =>
  sql.type(IncludedTask)`
    select
      task_id, title, description, status, executor_type, source, priority, kind, due_date, done_at, created_at,
      updated_at, deleted_at
    from tasks
    where task_id = any(${sql.array(taskIds, 'uuid')})
      and workspace_pk = ${workspacePk}`;
