import { z } from 'zod';
import { sql } from './sql.ts';

const TaskPk = z.strictObject({ pk: z.number() });

/** A to-do item of this workspace; null when it is gone, deleted or another workspace's. */
export const findTaskPk = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(TaskPk)`
    select pk
    from tasks
    where task_id = ${taskId}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;
