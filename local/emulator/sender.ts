import http from 'node:http';
import https from 'node:https';
import type { AuthToken, TaskRequest } from './task-request.ts';
import type { TokenSigner } from './tokens.ts';

/** How an attempt ended: with an HTTP answer, or without one. */
export type Answer = { status: number; retryAfter: string | undefined } | { failure: string };

export interface Sending {
  answer: Promise<Answer>;
  /** Stops listening; the handler may go on. */
  cancel(): void;
}

export interface Sender {
  send(request: TaskRequest, platformHeaders: Record<string, string>): Sending;
  close(): void;
}

const authorization = async (token: AuthToken, signer: TokenSigner): Promise<string> =>
  // Nothing on this machine can make a real access token, and Google would be right to refuse this one.
  token.kind === 'oidc' ? `Bearer ${await signer.oidc(token.email, token.audience)}` : 'Bearer emulated';

const framing = ({ method, body }: TaskRequest): Record<string, string> =>
  body || ['POST', 'PUT', 'PATCH'].includes(method) ? { 'Content-Length': String(body?.length ?? 0) } : {};

export const createSender = (signer: TokenSigner): Sender => {
  // Of the idle connections the one used last is taken: it is the least likely to be closed from the other side.
  const options = { keepAlive: true, scheduling: 'lifo', maxFreeSockets: 1024 } as const;
  const plain = new http.Agent(options);
  const secure = new https.Agent(options);

  const request = (
    task: TaskRequest,
    headers: Record<string, string>,
    signal: { cancel: () => void },
    done: (answer: Answer) => void,
  ): void => {
    const fail = (error: Error): void => done({ failure: error.message || error.name });
    const url = new URL(task.url);
    const [client, agent] = url.protocol === 'https:' ? [https, secure] : [http, plain];
    const call = client.request(url, {
      method: task.method,
      agent,
      // The platform's headers and the task's own, and none that Node would add by itself.
      setDefaultHeaders: false,
      headers: { Host: url.host, ...headers, ...framing(task) },
    });
    signal.cancel = () => call.destroy(new Error('cancelled'));
    call.on('error', fail);
    call.on('response', (response) => {
      response.on('error', fail);
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }),
      );
      response.resume();
    });
    call.end(task.body);
  };

  /** The request's own headers and the platform's, which win; a token replaces any Authorization. */
  const headersFor = async (
    task: TaskRequest,
    token: AuthToken,
    platformHeaders: Record<string, string>,
  ): Promise<Record<string, string>> => {
    const own = Object.entries(task.headers).filter(([name]) => name.toLowerCase() !== 'authorization');
    const Authorization = await authorization(token, signer);
    return { ...Object.fromEntries(own), ...platformHeaders, Authorization };
  };

  return {
    send(task, platformHeaders) {
      let cancelled = false;
      const signal = {
        cancel: () => {
          cancelled = true;
        },
      };
      const go = (headers: Record<string, string>): Promise<Answer> =>
        cancelled
          ? Promise.resolve({ failure: 'cancelled' })
          : new Promise((resolve) => request(task, headers, signal, resolve));
      const sent = task.token
        ? headersFor(task, task.token, platformHeaders).then(go)
        : go({ ...task.headers, ...platformHeaders });
      // A request that cannot even be made is a failed attempt, like one that nobody answers.
      const answer = sent.catch((error: Error): Answer => ({ failure: error.message }));
      return { answer, cancel: () => signal.cancel() };
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
};
