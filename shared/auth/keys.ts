import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Public keys of an issuer: a key set, the text of one, `https://…`, `file:` and a path, or `http://` on this machine. */
export type KeySource = string | JSONWebKeySet;

/**
 * Finds the key that a token names. Nothing is read before the first token; remote keys are cached, and an unknown
 * key id makes them be fetched again at most every 30 s. Throws for an address that could be tampered with.
 */
export const openKeys = (source: KeySource): JWTVerifyGetKey => {
  if (typeof source !== 'string') return createLocalJWKSet(source);
  if (source.trimStart().startsWith('{')) return createLocalJWKSet(JSON.parse(source) as JSONWebKeySet);
  if (source.startsWith('file:')) return keysOfFile(source);
  const url = new URL(source);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname))) {
    throw new Error('keys are fetched over https only');
  }
  // Made by the first token: it loads Node's client of HTTP, which a cold start need not wait for.
  let keys: JWTVerifyGetKey | undefined;
  return (header, token) => {
    keys ??= createRemoteJWKSet(url, { timeoutDuration: 3_000 });
    return keys(header, token);
  };
};

/** `file:` is followed by a path, relative ones from the working directory, or by a whole file URL. */
const keysOfFile = (source: string): JWTVerifyGetKey => {
  const path = source.startsWith('file://') ? new URL(source) : source.slice('file:'.length);
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  return async (header, token) => {
    // A file that cannot be read today may be there for the next token.
    keys ??= createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
    return keys(header, token);
  };
};
