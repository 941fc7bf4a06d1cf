import type { Collect } from './collect-schema.ts';
import type { CollectStatus } from './collect-states.ts';

/** A collect with the public ids around it; times are ISO 8601. */
export interface CollectView {
  collect_id: string;
  provider: string | null;
  status: CollectStatus;
  started_at: string | null;
  ended_at: string | null;
  created_at: string;
  updated_at: string | null;
  deleted_at: string | null;
  person_id: string;
  workspace_id: string;
  task_id: string | null;
}

/** A collect as callers see it: the JSON:API resource of the Collect object reference, key by key. */
export const collectResource = (collect: CollectView): Collect => ({
  type: 'collect',
  id: collect.collect_id,
  attributes: {
    collect_id: collect.collect_id,
    provider: collect.provider,
    status: collect.status,
    started_at: collect.started_at,
    ended_at: collect.ended_at,
    created_at: collect.created_at,
    updated_at: collect.updated_at,
    deleted_at: collect.deleted_at,
  },
  relationships: {
    people: { data: { type: 'people', id: collect.person_id } },
    workspace: { data: { type: 'workspace', id: collect.workspace_id } },
    task: { data: collect.task_id === null ? null : { type: 'task', id: collect.task_id } },
  },
});
