import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { makeApiKey } from '../../shared/auth/api-key.ts';
import { insertColumn, insertRule } from '../support/columns.ts';
import { insertTask as insertEnrichmentTask, insertInvoice } from '../support/factories.ts';
import { insertCollectRow, insertMember, insertTask, type Member } from './start-doors.ts';

/** A request without its caller. */
export interface DoorRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Sent as JSON, or as the form that it is. */
  body?: object;
}

/** A workspace with one member, whose rows are made when they are first asked for; each answers a public id. */
export interface Tenant {
  member: Member;
  apiKey(): Promise<string>;
  collect(): Promise<string>;
  column(): Promise<string>;
  enrichmentTask(): Promise<string>;
  /** An enrichment task with a subtask. */
  parentTask(): Promise<string>;
  /** An enrichment task that may be repeated. */
  failedTask(): Promise<string>;
  invoice(): Promise<string>;
  task(): Promise<string>;
  workspace(): Promise<string>;
}

export type Thing = Exclude<keyof Tenant, 'member'>;

/** A place of a request where an id stands. */
interface IdPlace {
  thing: Thing;
  /** The request with this id; whatever else it needs belongs to the caller. */
  ask(id: string, caller: Tenant): DoorRequest | Promise<DoorRequest>;
  /** Status for an id that is not there; 404 unless told otherwise. */
  missing?: number;
}

/** What is asked of a door in the tables of who may do what. */
interface DoorRow {
  /** Who may do it: anybody who is a member, all but guests, or owners and admins. */
  allowed: 'guest' | 'member' | 'admin';
  /** A request that works for who is allowed. */
  legal(caller: Tenant): DoorRequest | Promise<DoorRequest>;
  places: Record<string, IdPlace>;
}

const get = (path: string): DoorRequest => ({ method: 'GET', path });
const post = (path: string, data: unknown): DoorRequest => ({ method: 'POST', path, body: { data } });
const patch = (path: string, data: unknown): DoorRequest => ({ method: 'PATCH', path, body: { data } });
const remove = (path: string): DoorRequest => ({ method: 'DELETE', path });

const collectOf = (id: string) => `/v1/collects/${id}`;
const taskOf = (id: string) => `/v1/enrichment-tasks/${id}`;
const columnOf = (id: string) => `/v1/custom-columns/${id}/compute`;
const ruleOf = '/v1/field-rules/invoices/issuer.name/compute';

const upload = (fields: Record<string, string> = {}): DoorRequest => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['text']), 'a.txt');
  return { method: 'POST', path: '/v1/documents', body: form };
};

const reconcile = (invoiceId: string, relationships: object = {}) =>
  post('/v1/enrichment-tasks', {
    type: 'enrichment_task',
    attributes: { enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: invoiceId },
    relationships,
  });
const approve = (taskId: string) =>
  post('/v1/reconciliation/resolve', {
    type: 'reconciliation-resolve',
    attributes: { task_ids: [taskId], action: 'approve' },
  });
const records = (ids: string[]) => ({ attributes: { root: 'invoices', record_ids: ids } });
const started = { type: 'collect', attributes: { status: 'in_progress' } };
const described = { type: 'enrichment_task', attributes: { description: 'Asked for twice' } };

/** One row per door: a door of the catalogue without one fails the tests. */
export const doorRequests: Readonly<Record<string, DoorRow>> = {
  api_key_create: {
    allowed: 'admin',
    legal: () => post('/v1/api-key', { type: 'api_key', attributes: { name: 'Import' } }),
    places: {},
  },
  api_key_delete: {
    allowed: 'admin',
    legal: async (caller) => remove(`/v1/api-key/${await caller.apiKey()}`),
    places: { path: { thing: 'apiKey', ask: (id) => remove(`/v1/api-key/${id}`) } },
  },
  api_key_list: { allowed: 'admin', legal: () => get('/v1/api-key'), places: {} },
  collect_create: {
    allowed: 'member',
    legal: () => post('/v1/collects', { type: 'collect' }),
    places: {
      'data.relationships.task': {
        thing: 'task',
        ask: (id) =>
          post('/v1/collects', { type: 'collect', relationships: { task: { data: { type: 'task', id } } } }),
      },
    },
  },
  collect_delete: {
    allowed: 'member',
    legal: async (caller) => remove(collectOf(await caller.collect())),
    places: { path: { thing: 'collect', ask: (id) => remove(collectOf(id)) } },
  },
  collect_list: {
    allowed: 'guest',
    legal: () => get('/v1/collects'),
    // Not seeing a task and no collect of that task are one answer: an empty list.
    places: {
      'query.filter[task]': {
        thing: 'task',
        missing: 200,
        ask: (id) => get(`/v1/collects?filter[task]=${id}`),
      },
    },
  },
  collect_retrieve: {
    allowed: 'guest',
    legal: async (caller) => get(collectOf(await caller.collect())),
    places: { path: { thing: 'collect', ask: (id) => get(collectOf(id)) } },
  },
  collect_update: {
    allowed: 'member',
    legal: async (caller) => patch(collectOf(await caller.collect()), started),
    places: { path: { thing: 'collect', ask: (id) => patch(collectOf(id), started) } },
  },
  custom_column_compute: {
    allowed: 'member',
    legal: async (caller) => post(columnOf(await caller.column()), records([await caller.invoice()])),
    places: {
      path: {
        thing: 'column',
        ask: async (id, caller) => post(columnOf(id), records([await caller.invoice()])),
      },
      'data.attributes.record_ids': {
        thing: 'invoice',
        missing: 422,
        ask: async (id, caller) => post(columnOf(await caller.column()), records([id])),
      },
    },
  },
  document_create: {
    allowed: 'member',
    legal: () => upload(),
    places: {
      'data.attributes.collect_id': {
        thing: 'collect',
        ask: (id) => upload({ 'data.attributes.collect_id': id }),
      },
      'data.relationships.collect': {
        thing: 'collect',
        ask: (id) =>
          upload({
            'data.relationships.collect.data.type': 'collect',
            'data.relationships.collect.data.id': id,
          }),
      },
      'data.attributes.workspace_id': {
        thing: 'workspace',
        missing: 403,
        ask: (id) => upload({ 'data.attributes.workspace_id': id }),
      },
    },
  },
  enrichment_task_create: {
    allowed: 'member',
    legal: async (caller) => reconcile(await caller.invoice()),
    places: {
      'data.attributes.entity_id': { thing: 'invoice', missing: 422, ask: (id) => reconcile(id) },
      'data.relationships.parent_task': {
        thing: 'parentTask',
        missing: 422,
        ask: async (id, caller) =>
          reconcile(await caller.invoice(), {
            parent_task: { data: { type: 'enrichment_task', id } },
          }),
      },
      'data.relationships.retry_of': {
        thing: 'failedTask',
        ask: (id) =>
          post('/v1/enrichment-tasks', {
            type: 'enrichment_task',
            relationships: { retry_of: { data: { type: 'enrichment_task', id } } },
          }),
      },
    },
  },
  enrichment_task_delete: {
    allowed: 'member',
    legal: async (caller) => remove(taskOf(await caller.enrichmentTask())),
    places: { path: { thing: 'enrichmentTask', ask: (id) => remove(taskOf(id)) } },
  },
  enrichment_task_events: {
    allowed: 'guest',
    legal: async (caller) => get(`${taskOf(await caller.enrichmentTask())}/events`),
    places: { path: { thing: 'enrichmentTask', ask: (id) => get(`${taskOf(id)}/events`) } },
  },
  enrichment_task_list: {
    allowed: 'guest',
    legal: () => get('/v1/enrichment-tasks'),
    // Not seeing a task and no subtask of it are one answer: an empty list.
    places: {
      'query.filter[parent_task]': {
        thing: 'parentTask',
        missing: 200,
        ask: (id) => get(`/v1/enrichment-tasks?filter[parent_task]=${id}`),
      },
    },
  },
  enrichment_task_retrieve: {
    allowed: 'guest',
    legal: async (caller) => get(taskOf(await caller.enrichmentTask())),
    places: { path: { thing: 'enrichmentTask', ask: (id) => get(taskOf(id)) } },
  },
  enrichment_task_update: {
    allowed: 'member',
    legal: async (caller) => patch(taskOf(await caller.enrichmentTask()), described),
    places: { path: { thing: 'enrichmentTask', ask: (id) => patch(taskOf(id), described) } },
  },
  field_rule_compute: {
    allowed: 'member',
    legal: async (caller) => post(ruleOf, records([await caller.invoice()])),
    places: {
      'data.attributes.record_ids': {
        thing: 'invoice',
        missing: 422,
        ask: (id) => post(ruleOf, records([id])),
      },
    },
  },
  reconciliation_resolve: {
    allowed: 'member',
    legal: async (caller) => approve(await caller.enrichmentTask()),
    // Each task is answered by itself, in a list of what was not done.
    places: { 'data.attributes.task_ids': { thing: 'enrichmentTask', missing: 200, ask: approve } },
  },
};

/** A tenant with an owner, or a member of another role. */
export async function insertTenant(client: pg.Client, role = 'owner'): Promise<Tenant> {
  const member = await insertMember(client, { role });
  const { workspacePk } = member;
  await insertRule(client, workspacePk, { key: 'issuer.name', formula: 'issuer.name + "!"' });
  return {
    member,
    async apiKey() {
      const { prefix, secretHash } = makeApiKey();
      const { rows } = await client.query<{ api_key_id: string }>(
        `insert into api_keys (workspace_pk, membership_pk, name, prefix, secret_hash)
         select $1, pk, 'Import', $3, $4 from memberships where firebase_id = $2 returning api_key_id`,
        [workspacePk, member.subject, prefix, secretHash],
      );
      return rows[0]?.api_key_id ?? '';
    },
    collect: () => insertCollectRow(client, member),
    async column() {
      const key = `column_${randomUUID().slice(0, 8)}`;
      return (await insertColumn(client, workspacePk, { key, formula: 'grand_total * 2' })).custom_column_id;
    },
    enrichmentTask: async () => (await insertEnrichmentTask(client, workspacePk)).enrichment_task_id,
    async parentTask() {
      const { pk, enrichment_task_id } = await insertEnrichmentTask(client, workspacePk);
      await client.query(
        `insert into enrichment_tasks (workspace_pk, entity_type, entity_id, enrichment_type, parent_task_pk)
         values ($1, 'company', $2, 'ai_company', $3)`,
        [workspacePk, randomUUID(), pk],
      );
      return enrichment_task_id;
    },
    async failedTask() {
      const { invoice_id } = await insertInvoice(client, workspacePk);
      const failed = { status: 'failed', completed_at: new Date(), error: 'GONE: away' };
      const target = { entity_type: 'invoice', entity_id: invoice_id };
      return (await insertEnrichmentTask(client, workspacePk, { ...failed, ...target })).enrichment_task_id;
    },
    invoice: async () => (await insertInvoice(client, workspacePk)).invoice_id,
    async task() {
      const taskId = await insertTask(client, workspacePk);
      await client.query(
        `insert into collects (workspace_pk, people_pk, status, task_pk)
         select $1, $2, 'todo', pk from tasks where task_id = $3`,
        [workspacePk, member.personPk, taskId],
      );
      return taskId;
    },
    workspace: async () => member.workspaceId,
  };
}
