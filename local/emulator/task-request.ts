import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ApiError, invalid } from './errors.ts';
import { fromDuration, fromTimestamp, type HttpRequestMessage, type TaskMessage } from './messages.ts';

export type AuthToken =
  | { kind: 'oidc'; email: string; audience: string }
  | { kind: 'oauth'; email: string; scope: string };

/** The request a task sends, checked. */
export interface TaskRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  token: AuthToken | undefined;
}

export const userAgent = 'Google-Cloud-Tasks';

const methods = ['POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
const withBody = ['POST', 'PUT', 'PATCH'];
const maxUrl = 2083;
const maxHeaderBytes = 80 * 1024;

// The first group is Google's rule; the second belongs to one connection and would break the request it is sent on.
const dropped =
  /^(x-google-.*|x-appengine-.*|x-cloudtasks-.*|host|content-length|user-agent|connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|expect)$/i;

const readHeaders = (given: HttpRequestMessage['headers']): Record<string, string> => {
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(given ?? {})) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw invalid(`httpRequest.headers: "${name}" is not a header that can be sent.`);
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (!dropped.test(name)) headers[name] = value;
  }
  if (bytes >= maxHeaderBytes) throw invalid('httpRequest.headers must be less than 80 KB together.');
  return { ...headers, 'User-Agent': userAgent };
};

const readUrl = (url: string | null | undefined): string => {
  if (!url) throw invalid('httpRequest.url is required.');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw invalid(
      `httpRequest.url "${url.slice(0, 200)}" must be a full URL that begins with "http://" or "https://".`,
    );
  }
  const { href } = new URL(url);
  if (href.length > maxUrl) {
    throw invalid(`httpRequest.url is ${href.length} characters long; at most ${maxUrl} are allowed.`);
  }
  return url;
};

const readToken = ({ oidcToken, oauthToken, url }: HttpRequestMessage): AuthToken | undefined => {
  if (oidcToken && oauthToken) throw invalid('httpRequest: set either oidcToken or oauthToken, not both.');
  const email = (oidcToken ?? oauthToken)?.serviceAccountEmail;
  if (!oidcToken && !oauthToken) return undefined;
  if (!email || !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw invalid('httpRequest: the token needs a serviceAccountEmail.');
  }
  if (oidcToken) return { kind: 'oidc', email, audience: oidcToken.audience || (url ?? '') };
  const { hostname } = new URL(url ?? '');
  if (!hostname.endsWith('.googleapis.com')) {
    throw invalid(
      `httpRequest.oauthToken is only for *.googleapis.com, not for "${hostname}": use oidcToken.`,
    );
  }
  return {
    kind: 'oauth',
    email,
    scope: oauthToken?.scope || 'https://www.googleapis.com/auth/cloud-platform',
  };
};

/** The request of a task message; INVALID_ARGUMENT or UNIMPLEMENTED when it cannot be sent. */
export const readTaskRequest = (task: TaskMessage): TaskRequest => {
  if (task.appEngineHttpRequest) {
    throw new ApiError(
      'UNIMPLEMENTED',
      'App Engine targets are not emulated: set httpRequest with a full URL.',
    );
  }
  const request = task.httpRequest;
  if (!request) throw invalid('task.httpRequest is required.');
  const named = String(request.httpMethod ?? 'HTTP_METHOD_UNSPECIFIED');
  const method = named === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : named;
  if (!methods.includes(method)) throw invalid(`httpRequest.httpMethod "${method}" is not known.`);
  const url = readUrl(request.url);
  const body = request.body?.length ? Buffer.from(request.body as Uint8Array) : undefined;
  if (body && !withBody.includes(method)) {
    throw invalid(`httpRequest.body can be sent only with POST, PUT or PATCH, not with ${method}.`);
  }
  return { method, url, headers: readHeaders(request.headers), body, token: readToken(request) };
};

const maxAhead = 720 * 3_600_000;

/** When a new task is due: now when nothing or a past time is asked for; INVALID_ARGUMENT more than 720 h ahead. */
export const readScheduleTime = (task: TaskMessage, now: number): number => {
  if (!task.scheduleTime) return now;
  const time = fromTimestamp(task.scheduleTime);
  if (time > now + maxAhead) {
    throw invalid('task.scheduleTime is too far ahead: at most 720 hours (30 days) are allowed.');
  }
  return Math.max(now, time);
};

/** How long one attempt may take, in milliseconds; 10 minutes when not set. */
export const readDispatchDeadline = (task: TaskMessage): number => {
  const ms = task.dispatchDeadline ? Math.trunc(fromDuration(task.dispatchDeadline)) : 0;
  if (ms === 0) return 600_000;
  if (ms < 15_000 || ms > 1_800_000) {
    throw invalid(
      `task.dispatchDeadline is ${ms / 1000} s; it must be from 15 s to 1800 s for an HTTP target.`,
    );
  }
  return ms;
};
