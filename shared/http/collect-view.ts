import { z } from 'zod';
import { findIncludedWorkspace, listIncludedPeople, listIncludedTasks } from '../db/included.ts';
import type { Db } from '../db/sql.ts';
import type { CollectView } from '../domain/collect-resource.ts';
import { Collect } from '../domain/collect-schema.ts';
import {
  People,
  peopleResource,
  Task,
  taskResource,
  Workspace,
  workspaceResource,
} from '../domain/related-resources.ts';
import type { Resource } from './document.ts';
import { fieldsOf } from './list-query.ts';

const includes = ['people', 'workspace', 'task'] as const;

/** What callers may choose where collects are answered. */
export const collectView = { fields: fieldsOf(Collect, People, Workspace, Task), includes };

/** What comes along with collects. */
export const CollectIncluded = z.discriminatedUnion('type', [People, Workspace, Task]);

/** The resources that `include` names, of these collects of one workspace: a statement for each relationship. */
export async function listCollectIncluded(
  db: Db,
  workspacePk: number,
  collects: readonly CollectView[],
  include: readonly (typeof includes)[number][] | null,
): Promise<Resource[]> {
  const wanted = new Set(collects.length > 0 ? include : []);
  const taskIds = collects.flatMap(({ task_id }) => task_id ?? []);
  const included: Resource[] = [];
  if (wanted.has('people')) {
    const personIds = [...new Set(collects.map(({ person_id }) => person_id))];
    included.push(...(await db.any(listIncludedPeople({ workspacePk, personIds }))).map(peopleResource));
  }
  if (wanted.has('workspace'))
    included.push(workspaceResource(await db.one(findIncludedWorkspace({ workspacePk }))));
  if (wanted.has('task') && taskIds.length > 0)
    included.push(...(await db.any(listIncludedTasks({ workspacePk, taskIds }))).map(taskResource));
  return included;
}
