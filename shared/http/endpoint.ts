import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ProblemCode } from '../domain/problem-codes.ts';
import { forbidden, invalidJson, problemFromZod, schemaProblem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Answer } from './answer.ts';
import { checkIdentity } from './check-identity.ts';
import { compliantMembers } from './compliant-members.ts';
import { type Precondition, readPrecondition } from './conditional.ts';
import { type Edge, identityOf, type Principal } from './edge.ts';
import { httpFunction } from './http-function.ts';
import { isJsonApi } from './media-types.ts';
import { createOnce, type Once } from './once.ts';
import { sendSuccess } from './send-success.ts';
import { parseUpload, type UploadedFile } from './upload.ts';

/** What every endpoint gets beside its input. */
export interface EndpointContext<Caller> {
  caller: Caller;
  log: Log;
  /** Aborted when the caller hangs up. */
  signal: AbortSignal;
  /** Aborted when the process begins to stop: a handler that only waits answers now. */
  closing: AbortSignal;
  /** Does the work of this request once per `Idempotency-Key`. A POST or PATCH that succeeds must have used it. */
  once: Once;
  /** Throws a 412 unless `If-Match` fits. A PATCH or DELETE calls it in its transaction, on the row it has locked. */
  requireMatch: Precondition['requireMatch'];
  /** Path and query of this request: what `links.self` says. */
  self: string;
}

/** What a caller must tell for keys to be kept apart. */
interface InWorkspace {
  workspacePk: number;
}

/** The checked input of an endpoint. */
export interface EndpointInput<P, Q, B> {
  params: P;
  query: Q;
  body: B;
}

interface HasFile {
  /** What an upload brings. */
  file?: UploadedFile;
}

/** A function that people and the extension call, as its folder describes it. */
export interface Endpoint<Caller, Services, P = unknown, Q = unknown, B = unknown> {
  /** As in the catalogue. */
  name: string;
  /** One line of the API's description. */
  summary?: string;
  /**
   * Schemas of the success bodies by status, `noBody` where there is none. The API's description is made from them and
   * tests hold every answer against them, so that nothing internal leaves; production checks none.
   */
  answers?: Readonly<Record<number, z.ZodType>>;
  /** Error codes of its own, beside those that its method, body and headers bring. */
  errors?: readonly ProblemCode[];
  /** Ids of the path. */
  params?: z.ZodType<P>;
  /**
   * Query parameters: an object, whose other parameters are a 400, or what `listQuery` and `viewQuery` make.
   * `workspaceId` is taken out before.
   */
  query?: z.ZodType<Q>;
  /** The JSON body, or the document of an upload. */
  body?: z.ZodType<B>;
  /** Throws an HttpProblem for what the caller should see; anything else becomes a bare 500. */
  handle(
    context: EndpointContext<Caller> & Services,
    input: EndpointInput<P, Q, B> & HasFile,
  ): Promise<Answer>;
}

/** Gives `endpoint` its caller and services, so that a definition infers the rest from its schemas. */
export const endpointsFor =
  <Caller, Services extends object>() =>
  <P = Record<string, never>, Q = Record<string, never>, B = undefined>(
    definition: Endpoint<Caller, Services, P, Q, B>,
  ): Endpoint<Caller, Services, P, Q, B> =>
    definition;

/** Who was proven, which workspace they named, and whether they want to change anything. */
export interface CallerRequest {
  principal: Exclude<Principal, { kind: 'service' | 'anybody' }>;
  workspaceId: string | undefined;
  writes: boolean;
}

/** What an endpoint needs from the process. */
export interface EndpointHost<Caller, Services> {
  /** Finds out who was proven in the wanted workspace, or in the default one. Throws a 403. */
  resolveCaller(request: CallerRequest): Promise<Caller>;
  services: Services;
}

/** The handler to register with functions-framework: checks the input at the door, runs, sends the answer. */
export const serveEndpoint = <Caller extends InWorkspace, Services extends object, P, Q, B>(
  endpoint: Endpoint<Caller, Services, P, Q, B>,
  host: EndpointHost<Caller, Services>,
): ((req: IncomingMessage, res: ServerResponse) => Promise<void>) =>
  httpFunction(async (edge, res) => {
    const { principal } = edge;
    if (principal.kind === 'service' || principal.kind === 'anybody')
      throw forbidden('This function is for people and the extension.');
    const { workspaceId, ...query } = readQuery(edge.query);
    const input = {
      params: parse<unknown>(endpoint.params ?? nothing, edge.params, 'params') as P,
      query: parse<unknown>(strict(endpoint.query ?? nothing), query, 'query') as Q,
      ...(await readBody(edge, endpoint.body)),
    };
    const key = readKey(edge);
    const { requireMatch, wasMissed } = readPrecondition(edge.method, edge.headers);
    const caller = await host.resolveCaller({
      principal,
      workspaceId: parse(z.guid().optional(), workspaceId, 'query.workspaceId'),
      writes: edge.method !== 'GET' && edge.method !== 'HEAD',
    });
    const { once, wasUsed } = createOnce({
      ...{ workspacePk: caller.workspacePk, operation: endpoint.name, subject: identityOf(principal) },
      ...{ key, requestHash: hashOf(input) },
    });
    const context = {
      ...{ caller, log: edge.log, signal: edge.disconnected, closing: edge.closing },
      ...{ once, requireMatch, self: selfOf(edge) },
      ...host.services,
    };
    const answer = await endpoint.handle(context, input);
    // Keys work at every door: one that forgets them fails its first test, with or without a key.
    if (takesKeys(edge) && !wasUsed()) throw new Error(`${endpoint.name} has to answer through once()`);
    const replayed = answer.headers?.['Idempotency-Replayed'] !== undefined;
    if (wasMissed() && !replayed) throw new Error(`${endpoint.name} has to call requireMatch()`);
    sendSuccess(res, edge, answer);
  });

const nothing = z.strictObject({});

const strict = (schema: z.ZodType): z.ZodType => (schema instanceof z.ZodObject ? schema.strict() : schema);

const parse = <T>(schema: z.ZodType<T>, value: unknown, root: string): T => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw problemFromZod(parsed.error, value, root);
  return parsed.data;
};

const readQuery = (query: URLSearchParams): Record<string, string> => {
  const names = [...query.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw schemaProblem({ path: `query.${twice.slice(0, 64)}`, issue: 'expected once' });
  return Object.fromEntries(query);
};

const readBody = async <B>(
  edge: Edge,
  schema: z.ZodType<B> | undefined,
): Promise<{ body: B; file?: UploadedFile }> => {
  if (edge.kind === 'upload') {
    const { file, document } = await parseUpload(edge.bytes, edge.headers['content-type'] ?? '');
    checkIdentity({ ...edge, body: document });
    return { file, body: parse(schema ?? z.unknown(), document, '') as B };
  }
  if (!schema) return { body: undefined as B };
  const body = isJsonApi(edge.headers['content-type']) ? compliantMembers(edge.body) : edge.body;
  checkIdentity({ ...edge, body });
  if (edge.bytes.byteLength === 0) throw invalidJson('A JSON body is required.');
  return { body: parse(schema, body, '') };
};

/** What else is sent can come again as it is: a second DELETE finds nothing, and a GET changes nothing. */
const takesKeys = ({ method }: Edge): boolean => method === 'POST' || method === 'PATCH';

const readKey = (edge: Edge): string | undefined => {
  const key = edge.headers['idempotency-key'];
  if (key === undefined || !takesKeys(edge)) return undefined;
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw schemaProblem({
    path: 'headers.Idempotency-Key',
    issue: 'expected 1 to 255 printable ASCII characters',
  });
};

const selfOf = ({ route, params, query }: Edge): string => {
  const path = route.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  return query.size > 0 ? `${path}?${query}` : path;
};

/** Hex SHA-256 of the checked input: equal for a request that is sent again, however its JSON was spaced. */
const hashOf = ({ params, query, body, file }: EndpointInput<unknown, unknown, unknown> & HasFile): string =>
  createHash('sha256')
    .update(JSON.stringify([params, query, body ?? null, file ? [file.name, file.sha256] : null]))
    .digest('hex');
