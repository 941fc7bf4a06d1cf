import { createHmac, timingSafeEqual } from 'node:crypto';
import { forbidden } from '../errors.ts';

interface Link {
  path: string;
  expiresAt: Date;
  fileName: string | undefined;
}

/** The query of a link that proves itself: when it ends, what the file is called, and an HMAC over all of it. */
export const signLink = ({ path, expiresAt, fileName }: Link, key: string): string => {
  const expires = String(Math.floor(expiresAt.getTime() / 1_000));
  const query = new URLSearchParams({ expires, ...(fileName ? { name: fileName } : {}) });
  query.set('signature', signatureOf(path, expires, fileName, key).toString('base64url'));
  return query.toString();
};

/** The file a link leads to. Throws a 403 for one that was altered, made with another key, or has ended. */
export const readLink = (
  url: string,
  prefix: string,
  { key, now }: { key: string; now: number },
): { path: string; fileName: string | undefined } => {
  const [address = '', search = ''] = url.split('?', 2);
  const query = new URLSearchParams(search);
  const path = address.slice(prefix.length);
  const expires = query.get('expires') ?? '';
  const fileName = query.get('name') ?? undefined;
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signatureOf(path, expires, fileName, key);
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) {
    throw forbidden('This link is not valid.');
  }
  if (Number(expires) * 1_000 < now) throw forbidden('This link has expired.');
  return { path, fileName };
};

// As JSON, so that no two links have the same text.
const signatureOf = (path: string, expires: string, fileName: string | undefined, key: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([path, expires, fileName ?? null]))
    .digest();
