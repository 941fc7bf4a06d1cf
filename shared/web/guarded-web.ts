import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';
import type { Config } from '../config.ts';
import { type ConnectorSettings, guardedConnector } from './guarded-connector.ts';
import { type Web, type WebAnswer, WebError, type WebRequest } from './web.ts';
import { hostOf, readWebAddress } from './web-address.ts';

/** Redirects that are followed for one request. */
const REDIRECTS_MAX = 3;
/** How long one request may take, with its redirects and its body, in milliseconds. */
const REQUEST_CLOCK_MS = 10_000;
/** Largest header of an answer, in bytes. */
const HEADER_MAX_BYTES = 16 * 1024;
/** Most bytes of a body once unpacked, unless the request says otherwise. */
const BODY_MAX_BYTES = 2 * 1024 * 1024;
/** Connections to one server at a time. */
const CONNECTIONS_MAX = 4;

/** Limits and edges of the client; each has its default. */
export interface GuardedWebSettings extends ConnectorSettings {
  clockMs?: number;
}

/**
 * Opens the one client for addresses that people and web pages name. It reaches public addresses, follows few redirects
 * through the same checks, sends no cookie and no credentials, and reads no more than it was asked for. Where
 * `WEB_ACCESS` is off it reaches the hosts of `WEB_TEST_HOSTS` only.
 */
export const openGuardedWeb = (
  { WEB_ACCESS, WEB_TEST_HOSTS }: Pick<Config, 'WEB_ACCESS' | 'WEB_TEST_HOSTS'>,
  { clockMs = REQUEST_CLOCK_MS, ...edges }: GuardedWebSettings = {},
): Web & { close(): Promise<void> } => {
  const options = { maxHeaderSize: HEADER_MAX_BYTES, connections: CONNECTIONS_MAX, allowH2: false };
  const outside = new Agent({ ...options, connect: guardedConnector(edges) });
  const loopback = new Agent(options);
  const testHosts = new Map(WEB_TEST_HOSTS.map(({ name, origin }) => [name, origin]));
  const isKnown = (host: string): boolean => testHosts.has(host);

  const send = (url: URL, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const testOrigin = testHosts.get(url.hostname);
    if (!testOrigin && !WEB_ACCESS)
      throw new WebError('off', `${hostOf(url)}: this installation fetches nothing from the web`);
    return (testOrigin ? loopback : outside).request({
      origin: testOrigin ?? url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: {
        host: url.host,
        accept,
        'accept-encoding': 'gzip, br',
        'user-agent': 'Mozilla/5.0 (compatible; Wellspring)',
      },
      signal,
    });
  };

  const follow = async (
    { url: first, accept = '*/*', maxBytes = BODY_MAX_BYTES }: WebRequest,
    signal: AbortSignal,
  ): Promise<WebAnswer> => {
    let url = readWebAddress(first, { isKnown });
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      const { statusCode, headers, body } = await send(url, accept, signal);
      const next = redirectOf(statusCode, headers.location);
      if (next === null) {
        return {
          url: url.href,
          status: statusCode,
          contentType: mediaTypeOf(headers['content-type']),
          body: await readBody(body, headers['content-encoding'], maxBytes, url, signal),
        };
      }
      // Nobody reads the page behind a redirect; its connection goes with it.
      body.on('error', () => {}).destroy();
      url = readWebAddress(next, { base: url, isKnown });
    }
    throw new WebError('unreachable', `${hostOf(url)}: more than ${REDIRECTS_MAX} redirects`);
  };

  return {
    async get(request) {
      request.signal.throwIfAborted();
      const clock = AbortSignal.timeout(clockMs);
      try {
        return await follow(request, AbortSignal.any([request.signal, clock]));
      } catch (error) {
        request.signal.throwIfAborted();
        throw asWebError(error, request.url, clock);
      }
    },
    close: async () => void (await Promise.all([outside.destroy(), loopback.destroy()])),
  };
};

const redirectOf = (status: number, location: string | string[] | undefined): string | null =>
  [301, 302, 303, 307, 308].includes(status) && typeof location === 'string' ? location : null;

const mediaTypeOf = (header: string | string[] | undefined): string | null =>
  (typeof header === 'string' ? header : header?.[0])?.split(';')[0]?.trim().toLowerCase() || null;

/** Counts the bytes as they are unpacked: what a server says of its length is worth nothing. */
const readBody = async (
  body: Readable,
  encoding: string | string[] | undefined,
  maxBytes: number,
  url: URL,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const collect = async (unpacked: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of unpacked) {
      size += chunk.byteLength;
      if (size > maxBytes)
        throw new WebError('too_large', `${hostOf(url)}: more than ${maxBytes} bytes were sent`);
      chunks.push(chunk);
    }
  };
  const unpack = unpackerOf(encoding, url);
  await (unpack ? pipeline(body, unpack, collect, { signal }) : pipeline(body, collect, { signal }));
  return Buffer.concat(chunks, size);
};

const unpackerOf = (encoding: string | string[] | undefined, url: URL) => {
  switch (String(encoding ?? 'identity').toLowerCase()) {
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    default:
      // Also several encodings on top of each other, which multiply what a few bytes can become.
      throw new WebError(
        'unreachable',
        `${hostOf(url)}: the answer is packed in a way that was not asked for`,
      );
  }
};

/** Keeps the code of a fault and drops its words: they may be the server's own. */
const asWebError = (error: unknown, address: string, clock: AbortSignal): WebError => {
  if (error instanceof WebError) return error;
  const host = URL.canParse(address) ? new URL(address).hostname : 'the address';
  if (clock.aborted) return new WebError('unreachable', `${host} gave no whole answer in time`);
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
  return new WebError('unreachable', `${host} cannot be reached (${error.code})`);
};
