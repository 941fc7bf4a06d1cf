import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Web, type WebAnswer, WebError } from '../../shared/web/web.ts';

/** A page or file, a redirect, a server's trouble, or why nothing was fetched. */
export type FakeAnswer =
  | string
  | Uint8Array
  | Error
  | { status?: number; contentType?: string; body?: string | Uint8Array; location?: string };

/** A web without a network that remembers what it was asked for, redirects included. */
export interface FakeWeb extends Web {
  requests: string[];
}

const webOf = (find: (url: URL) => FakeAnswer | undefined): FakeWeb => {
  const requests: string[] = [];
  const get = async (address: string, maxBytes: number, redirects = 0): Promise<WebAnswer> => {
    const url = new URL(address);
    requests.push(url.href);
    const found = find(url) ?? { status: 404 };
    if (found instanceof Error) throw found;
    const answer = typeof found === 'string' || found instanceof Uint8Array ? { body: found } : found;
    if (answer.location !== undefined) {
      if (redirects === 3) throw new WebError('unreachable', 'too many redirects');
      return get(new URL(answer.location, url).href, maxBytes, redirects + 1);
    }
    const body = Buffer.from(answer.body ?? '');
    if (body.byteLength > maxBytes) throw new WebError('too_large', `more than ${maxBytes} bytes were sent`);
    return { url: url.href, status: answer.status ?? 200, contentType: answer.contentType ?? null, body };
  };
  return {
    requests,
    async get({ url, signal, maxBytes = Number.POSITIVE_INFINITY }) {
      signal.throwIfAborted();
      return get(url, maxBytes);
    },
  };
};

/** A web of these addresses; every other one answers 404. */
export const fakeWeb = (answers: Record<string, FakeAnswer>): FakeWeb => {
  const byUrl = new Map(Object.entries(answers).map(([url, answer]) => [new URL(url).href, answer]));
  return webOf((url) => byUrl.get(url.href));
};

interface Exchange {
  host: string;
  path: string;
  status: number;
  headers: Record<string, string>;
  body_file: string | null;
}

/**
 * The web as it was recorded in an `exchanges.json`, by host and path: each request gets the next answer of its
 * address, and the last one again. What is not recorded answers 404.
 */
export const replayedWeb = (file: string): FakeWeb => {
  const exchanges: Exchange[] = JSON.parse(readFileSync(file, 'utf8'));
  const waiting = Map.groupBy(exchanges, ({ host, path }) => `${host}${path}`);
  return webOf(({ host, pathname, search }) => {
    const answers = waiting.get(`${host}${pathname}${search}`) ?? [];
    const exchange = answers.length > 1 ? answers.shift() : answers[0];
    if (!exchange) return undefined;
    const { 'content-type': contentType, location } = exchange.headers;
    return {
      status: exchange.status,
      body: exchange.body_file === null ? '' : readFileSync(join(dirname(file), exchange.body_file)),
      ...(contentType ? { contentType } : {}),
      ...(location && exchange.status < 400 ? { location } : {}),
    };
  });
};
