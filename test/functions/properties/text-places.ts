import type { DoorRequest, Tenant } from '../door-requests.ts';

/** A request in which each text may be replaced by any other. */
export interface Sample {
  method: 'POST' | 'PATCH';
  path: string;
  body: unknown;
  /** Attributes that are kept as they were sent or refused. */
  kept: readonly string[];
  /** Sent as the document of an upload. */
  upload?: boolean;
}

/** A request to each door that takes a body, with all the texts it may hold. */
export async function samplesOf(tenant: Tenant): Promise<Sample[]> {
  const [collect, task, parent, invoice, todo] = [
    await tenant.collect(),
    await tenant.enrichmentTask(),
    await tenant.enrichmentTask(),
    await tenant.invoice(),
    await tenant.task(),
  ];
  const time = new Date().toISOString();
  const post = (path: string, kept: readonly string[], data: unknown): Sample => ({
    ...{ method: 'POST', path, kept, body: { data } },
  });
  const patch = (path: string, kept: readonly string[], data: unknown): Sample => ({
    ...{ method: 'PATCH', path, kept, body: { data } },
  });
  const records = { attributes: { root: 'invoices', record_ids: [invoice] } };
  const relationships = { task: { data: { type: 'task', id: todo } } };
  return [
    post('/v1/collects', ['provider'], {
      ...{ type: 'collect', attributes: { provider: 'popup', status: 'todo' }, relationships },
    }),
    patch(`/v1/collects/${collect}`, ['provider'], {
      ...{ type: 'collect', id: collect, attributes: { collect_id: collect, provider: 'popup' } },
    }),
    patch(`/v1/collects/${collect}`, [], {
      ...{
        type: 'collect',
        attributes: { status: 'error', error: 'lost', started_at: time, ended_at: time },
      },
    }),
    post('/v1/enrichment-tasks', ['input', 'target_fields', 'source_channel'], {
      type: 'enrichment_task',
      attributes: {
        ...{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: invoice },
        ...{
          source_channel: 'manual',
          target_fields: ['name'],
          input: { merged_id: task },
        },
      },
      relationships: { parent_task: { data: { type: 'enrichment_task', id: parent } } },
    }),
    patch(`/v1/enrichment-tasks/${task}`, ['description'], {
      ...{
        type: 'enrichment_task',
        id: task,
        attributes: { description: 'By hand', enrichment_task_id: task },
      },
    }),
    post('/v1/api-key', ['name'], {
      type: 'api_key',
      attributes: { name: 'Import', expires_at: '2199-01-01' },
    }),
    post(`/v1/custom-columns/${await tenant.column()}/compute`, [], { ...records, type: 'records' }),
    post('/v1/field-rules/invoices/issuer.name/compute', [], records),
    post('/v1/reconciliation/resolve', [], {
      ...{ type: 'reconciliation-resolve', attributes: { action: 'approve', task_ids: [task] } },
    }),
    {
      ...post('/v1/documents', [], {
        type: 'document',
        attributes: {
          ...{ file_name: 'a.txt', collect_id: null, workspace_id: tenant.member.workspaceId },
          metadata: { document_type: '380' },
        },
        relationships: { company: { data: { type: 'company', id: invoice } } },
      }),
      upload: true,
    },
    {
      ...post('/v1/documents', [], { type: 'document', attributes: { external_workspace_id: 'here' } }),
      upload: true,
    },
  ];
}

/** Where texts stand in a value. */
export function* textsIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value === 'string') yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* textsIn(inner, [...path, name]);
}

/** The same value with another text in that place. */
export const withText = (value: unknown, [name, ...rest]: readonly string[], text: string): unknown => {
  if (name === undefined) return text;
  const copy = Array.isArray(value) ? [...value] : { ...Object(value) };
  copy[name] = withText(Object(value)[name], rest, text);
  return copy;
};

/** A place for text outside of bodies; undefined where no client could send it there. */
export type Place = (
  text: string,
  tenant: Tenant,
) => (DoorRequest & { headers?: [string, string][] }) | undefined;

const get = (path: string): DoorRequest => ({ method: 'GET', path });
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const queryOf = (path: string, names: readonly string[]): [string, Place][] =>
  names.map((name) => [`${path}?${name}`, (text) => get(`${path}?${name}=${encoded(text)}`)]);

const resources = ['/v1/collects', '/v1/enrichment-tasks', '/v1/api-key', '/collect_retrieve'];
const computed = ['/v1/custom-columns', '/v1/field-rules/invoices'];
const data = { type: 'collect', attributes: {} };

/** Clients themselves resolve dots in a path. */
const inPath =
  (requestOf: (text: string) => DoorRequest): Place =>
  (text) =>
    text === '.' || text === '..' ? undefined : requestOf(encoded(text));

const headers = [
  ...['idempotency-key', 'if-match', 'if-none-match', 'accept', 'content-type', 'authorization'],
  ...[
    'x-request-id',
    'traceparent',
    'x-cloud-trace-context',
    'origin',
    'accept-language',
    'content-encoding',
  ],
];

/** Path ids, query parameters with their names, and headers. */
export const placesOutside: ReadonlyMap<string, Place> = new Map([
  ...resources.flatMap((path): [string, Place][] => [
    [`GET ${path}/:id`, inPath((id) => get(`${path}/${id}`))],
    [`PATCH ${path}/:id`, inPath((id) => ({ method: 'PATCH', path: `${path}/${id}`, body: { data } }))],
    [`DELETE ${path}/:id`, inPath((id) => ({ method: 'DELETE', path: `${path}/${id}` }))],
  ]),
  ['GET a timeline', inPath((id) => get(`/v1/enrichment-tasks/${id}/events`))],
  ...computed.map((path): [string, Place] => [
    `POST ${path}/:id/compute`,
    inPath((id) => ({ method: 'POST', path: `${path}/${id}/compute`, body: { data } })),
  ]),
  ...queryOf('/v1/collects', [
    ...['filter[provider]', 'filter[status]', 'filter[task]', 'filter[created_at][gte]', 'sort', 'cursor'],
    ...['page[limit]', 'page[after]', 'include', 'fields[collect]', 'fields[people]', 'workspaceId'],
  ]),
  ...queryOf('/v1/enrichment-tasks', [
    ...[
      'filter[status]',
      'filter[enrichment_type]',
      'filter[entity_id]',
      'filter[batch_id]',
      'filter[parent_task]',
    ],
    ...['filter[source_channel]', 'filter[created_at][lt]', 'limit', 'page[cursor]', 'include'],
  ]),
  ['name of a parameter', (text) => get(`/v1/collects?${encoded(text)}=x`)],
  ['name of a filter', (text) => get(`/v1/collects?filter[${encoded(text)}]=x`)],
  ['raw query', (text) => get(`/v1/collects?${text.toWellFormed().replaceAll(/[#\s]/g, '')}`)],
  ...headers.flatMap((name): [string, Place][] =>
    (['GET', 'POST', 'PATCH'] as const).map((method) => [
      `${method} with ${name}`,
      (text) => {
        // Other characters no client can send there.
        if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text)) return undefined;
        const path =
          method === 'PATCH' ? '/v1/collects/8a6d1b52-3c0f-4f0e-9d0e-6f1f2b3c4d5e' : '/v1/collects';
        const body = method === 'GET' ? {} : { body: { data: { type: 'collect' } } };
        return { method, path, ...body, headers: [[name, text]] };
      },
    ]),
  ),
]);
