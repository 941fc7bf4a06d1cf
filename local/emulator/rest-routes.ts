import type { Call } from './call.ts';
import { invalid, notFound } from './errors.ts';
import { methods } from './protos.ts';
import { readJson, writeJson } from './rest-json.ts';

interface Route {
  method: string;
  verb: string;
  pattern: RegExp;
  /** The request's JSON from the name in the path, the query and the body. */
  request: (name: string, query: URLSearchParams, body: Record<string, unknown>) => Record<string, unknown>;
}

const location = 'projects/[^/]+/locations/[^/]+';
const queue = `${location}/queues/[^/:]+`;
const task = `${queue}/tasks/[^/:]+`;

const route = (method: string, verb: string, path: string, request: Route['request']): Route => ({
  method,
  verb,
  pattern: new RegExp(`^/v2/(${path})$`),
  request,
});

const named: Route['request'] = (name) => ({ name });
const withView: Route['request'] = (name, query) => ({ name, ...optional('responseView', query) });
const withBody: Route['request'] = (name, _, body) => ({ ...body, name });
const onResource: Route['request'] = (resource, _, body) => ({ ...body, resource });

const optional = (field: string, query: URLSearchParams): Record<string, unknown> => {
  const value = query.get(field);
  return value ? { [field]: /^\d+$/.test(value) && field !== 'pageToken' ? Number(value) : value } : {};
};

// A path like …/tasks is caught with its last word and cut, because names are matched as one group.
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

const list: Route['request'] = (path, query) => ({
  parent: parentOf(path),
  ...optional('pageSize', query),
  ...optional('pageToken', query),
  ...optional('filter', query),
  ...optional('responseView', query),
});

const cut =
  (action: string, request: Route['request']): Route['request'] =>
  (path, query, body) =>
    request(path.slice(0, -action.length - 1), query, body);

const action = (method: string, path: string, word: string, request: Route['request']): Route =>
  route(method, 'POST', `${path}:${word}`, cut(word, request));

// The http options of the proto, one line each.
const routes: Route[] = [
  route('ListQueues', 'GET', `${location}/queues`, list),
  route('CreateQueue', 'POST', `${location}/queues`, (path, _, body) => ({
    parent: parentOf(path),
    queue: body,
  })),
  route('GetQueue', 'GET', queue, named),
  route('UpdateQueue', 'PATCH', queue, (name, query, body) => ({
    queue: { ...body, name },
    ...optional('updateMask', query),
  })),
  route('DeleteQueue', 'DELETE', queue, named),
  action('PurgeQueue', queue, 'purge', withBody),
  action('PauseQueue', queue, 'pause', withBody),
  action('ResumeQueue', queue, 'resume', withBody),
  action('GetIamPolicy', queue, 'getIamPolicy', onResource),
  action('SetIamPolicy', queue, 'setIamPolicy', onResource),
  action('TestIamPermissions', queue, 'testIamPermissions', onResource),
  route('ListTasks', 'GET', `${queue}/tasks`, list),
  route('CreateTask', 'POST', `${queue}/tasks`, (path, _, body) => ({ ...body, parent: parentOf(path) })),
  route('GetTask', 'GET', task, withView),
  route('DeleteTask', 'DELETE', task, named),
  action('RunTask', task, 'run', withBody),
];

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalid('The path is not well encoded.');
  }
};

/** Answers one REST call of the API; rejects with an ApiError. */
export const answerRest = async (
  call: Call,
  verb: string,
  url: URL,
  body: Record<string, unknown>,
): Promise<unknown> => {
  const path = decode(url.pathname);
  for (const { method, verb: expected, pattern, request } of routes) {
    const name = verb === expected ? pattern.exec(path)?.[1] : undefined;
    const types = methods.find((known) => known.name === method);
    if (!name || !types) continue;
    const message = readJson(types.request, request(name, url.searchParams, body));
    const answer = await call(method, message);
    const numericEnums = (url.searchParams.get('$alt') ?? '').includes('enum-encoding=int');
    return writeJson(types.response, answer, numericEnums);
  }
  throw notFound(`There is no method at ${verb} ${url.pathname}.`);
};
