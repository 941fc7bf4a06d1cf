import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DRAIN_MS } from '../domain/limits.ts';
import { ERRORS_PATH } from '../domain/problem-codes.ts';
import { badRequest, methodNotAllowed } from '../errors.ts';
import { contextFromHeaders, type Log, type LogContext, runWithContext } from '../log.ts';
import { type OpenSpan, startSpan } from '../trace.ts';
import { send, sendProblem } from './answer.ts';
import { ClientGone, discardRest } from './body.ts';
import { createCors, isPreflight } from './cors.ts';
import { drain } from './drain.ts';
import { admit, type Edge } from './edge.ts';
import { sendErrorPage } from './error-page.ts';
import { functionServers } from './function-servers.ts';
import { guardAnswer } from './guard-answer.ts';
import { readAccept, refuseUnspoken } from './media-types.ts';
import { type Authenticate, proversFrom } from './provers.ts';
import type { RateLimits } from './rate-limits.ts';
import { readRequest } from './read-request.ts';
import { refuseMalformed } from './refuse-malformed.ts';
import { rendererFor } from './renderers.ts';
import { createRouter, type FrontRoute, type Match } from './router.ts';
import { sendTaskAnswer, taskAnswers } from './task-answers.ts';

/** Something that the front serves itself, without a function: a download of the local storage folder. */
export interface PlainRoute {
  /** Such as `/storage/`. GET and HEAD only. */
  prefix: string;
  serve(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

export interface FrontOptions {
  /** Rows of the catalogue, or those of one deployed function. Each must be registered with functions-framework. */
  routes: readonly FrontRoute[];
  authenticate: { queue: Authenticate; user: Authenticate };
  log: Log;
  /** Chrome extensions whose pages may read our answers. */
  extensionIds?: readonly string[];
  plainRoutes?: readonly PlainRoute[];
  /** How often callers may come; nobody counts without them. */
  rateLimits?: RateLimits;
  /** Aborted by the front shortly before it cuts what still runs: the time to give leases back. */
  shutdown?: AbortController;
  /** How long closing may take, in milliseconds. */
  drainMs?: number;
}

/** The server in front of the functions. */
export interface Front {
  server: Server;
  /** Resolves with the port once it listens; port 0 takes a free one. */
  listen(options?: { host?: string; port?: number }): Promise<number>;
  /** Stops accepting and drains; the same promise however often it is called. Wire it to SIGTERM. */
  close(): Promise<{ cut: number }>;
}

/**
 * The HTTP edge. It routes, proves the caller, limits and reads the body, and only then hands the request to the
 * function's own functions-framework server. Whatever goes wrong is answered as a problem, without a stack.
 */
export const createFront = (options: FrontOptions): Front => {
  const { routes, authenticate, log, rateLimits, plainRoutes = [], drainMs = DRAIN_MS } = options;
  const find = createRouter(routes);
  const cors = createCors(options.extensionIds ?? []);
  const provers = proversFrom(authenticate, rateLimits);
  const inFlight = new Set<ServerResponse>();
  const shutdown = options.shutdown ?? new AbortController();
  const beginning = new AbortController();
  const functions = functionServers(routes);
  const logs = new Map(routes.map(({ name }) => [name, log.child({ function: name })]));

  const serve = async (req: IncomingMessage, res: ServerResponse, access: Access): Promise<void> => {
    const [path = '', search = ''] = splitUrl(req.url ?? '');
    if (path === '/health') {
      access.route = path;
      send(res, closing !== undefined ? { status: 503 } : { status: 200, body: { status: 'ok' } });
      return;
    }
    if (path === ERRORS_PATH) {
      access.route = path;
      if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
      return sendErrorPage(res);
    }
    const plain = plainRoutes.find(({ prefix }) => path.startsWith(prefix));
    if (plain) {
      access.route = plain.prefix;
      if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
      return plain.serve(req, res);
    }

    const found = find(path);
    const isDoor = found.kinds.has('api') || found.kinds.has('upload');
    if (isDoor) cors.mark(req, res);
    if (isDoor && isPreflight(req)) {
      send(res, { status: 204, headers: cors.preflight(req, found.methods) });
      return;
    }
    if (isDoor) refuseUnspoken(req.headers.accept);
    const match = found.match(req.method ?? '');
    access.route = match.pattern.path;
    access.name = match.pattern.name;

    // The token comes first: who proves nothing costs neither the reading of a body nor a statement.
    const { kind } = match.pattern;
    const principal = await provers[kind](req, res);
    if (principal.kind === 'key') access.apiKeyId = principal.apiKeyId;
    const read = await readRequest[kind](req, res);
    if ('unreadable' in read) {
      log.alert({ function: match.pattern.name, err: read.unreadable }, 'a delivery cannot be read');
      discardRest(req, res);
      sendTaskAnswer({ log, context: access.context }, res, taskAnswers.unreadable);
      return;
    }
    const gone = new AbortController();
    res.once('close', () => {
      if (!res.writableEnded) gone.abort(new ClientGone());
    });
    hand(req, res, {
      ...{ ...read, ...describe(req, match, search), principal, context: access.context },
      log: logs.get(match.pattern.name) ?? log,
      disconnected: gone.signal,
      closing: beginning.signal,
      shutdown: shutdown.signal,
    });
  };

  const hand = (req: IncomingMessage, res: ServerResponse, edge: Edge): void => {
    admit(req, edge);
    // body-parser leaves a request alone whose body has been read to its end, so these two are what handlers see.
    Object.assign(req, { body: edge.body, rawBody: edge.bytes });
    guardAnswer(res, edge);
    functions(edge.name).emit('request', req, res);
  };

  const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
    const received = contextFromHeaders(req.headers);
    const traced = startSpan({ name: req.method ?? '', kind: 'server' }, received);
    const access: Access = {
      context: traced?.context ?? received,
      route: 'none',
      started: performance.now(),
    };
    inFlight.add(res);
    res.setHeader('x-request-id', access.context.logId);
    res.setHeader('vary', 'Accept, Origin');
    if (closing !== undefined) res.setHeader('connection', 'close');
    res.once('close', () => {
      inFlight.delete(res);
      runWithContext(access.context, () => logAccess(log, req, res, access));
      if (traced) endSpan(traced.span, req, res, access);
    });
    runWithContext(access.context, () => {
      serve(req, res, access).catch((error: unknown) => {
        if (error instanceof ClientGone) return;
        discardRest(req, res);
        const render = rendererFor(req.headers.accept);
        sendProblem(res, error, { log, context: access.context, render });
      });
    });
  };

  const server = createServer({ ...timeouts, maxHeaderSize: 16 * 1024 }, onRequest);
  server.maxHeadersCount = 100;
  // With a listener of its own, `100 Continue` is sent when the body is wanted and not before.
  server.on('checkContinue', onRequest);
  server.on('clientError', refuseMalformed);

  let closing: Promise<{ cut: number }> | undefined;
  return {
    server,
    listen: ({ host = '127.0.0.1', port = 0 } = {}) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () => {
      closing ??= drain({ server, inFlight, shutdown, ms: drainMs });
      beginning.abort(new Error('the process begins to stop'));
      return closing;
    },
  };
};

// Deliveries and scheduled calls come from machines; an upload over a slow line may take its time.
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

interface Access {
  context: LogContext;
  /** The pattern, never the path: ids and query values stay out of the log. */
  route: string;
  name?: string;
  /** Public id of the key that a program called with. */
  apiKeyId?: string;
  started: number;
}

const describe = (req: IncomingMessage, { pattern, params }: Match, search: string) => ({
  name: pattern.name,
  kind: pattern.kind,
  method: req.method ?? '',
  route: pattern.path,
  params,
  query: new URLSearchParams(search),
  headers: req.headers,
  accepted: readAccept(req.headers.accept),
  render: rendererFor(req.headers.accept),
});

const splitUrl = (url: string): [path: string, search: string] => {
  if (!url.startsWith('/')) throw badRequest('The request line must carry a path.');
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
};

const logAccess = (log: Log, req: IncomingMessage, res: ServerResponse, access: Access): void => {
  if (access.route === '/health') return;
  log.info(
    {
      ...(access.name ? { function: access.name } : {}),
      ...(access.apiKeyId ? { api_key_id: access.apiKeyId } : {}),
      method: req.method ?? '',
      route: access.route,
      http_status: res.statusCode,
      ms: Math.round(performance.now() - access.started),
      ...(res.writableFinished ? {} : { aborted: true }),
    },
    'request',
  );
};

const endSpan = (span: OpenSpan, req: IncomingMessage, res: ServerResponse, access: Access): void => {
  span.rename(access.name ?? `${req.method} ${access.route}`);
  span.set({
    ...{ 'http.request.method': req.method, 'http.route': access.route, 'faas.name': access.name },
    'http.response.status_code': res.statusCode,
    ...(res.writableFinished ? {} : { 'wellspring.aborted': true }),
  });
  if (res.statusCode >= 500) {
    span.set({ 'error.type': String(res.statusCode) });
    span.fail();
  }
  span.end();
};
