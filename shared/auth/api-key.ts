import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Membership } from '../db/memberships.ts';

/** The program behind a call: an API key, which acts as the member who made it. */
export interface KeyCaller {
  kind: 'key';
  /** Public id of the key. */
  apiKeyId: string;
  /** Read as the key was proven: its one workspace, and its person there. */
  membership: Membership;
}

/** A key as it is made: the text that its owner keeps, and what is kept of it here. */
export interface NewApiKey {
  text: string;
  prefix: string;
  secretHash: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_BYTES = 8;
const ID_LENGTH = 11;
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const shape = new RegExp(
  `^(wsk_[0-9A-Za-z]{${ID_LENGTH}})_[0-9A-Za-z]{${SECRET_LENGTH}}([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

/** Whether a bearer token is meant to be an API key; anything else is a JWT, which never begins like this. */
export const isApiKey = (token: string): boolean => token.startsWith('wsk_');

/**
 * A new key, `wsk_<id>_<secret><checksum>`: 64 random bits to look it up by, 256 that prove it, and a CRC-32 of all
 * before it, by which a scanner knows a leaked key and we know a mistyped one.
 */
export const makeApiKey = (): NewApiKey => {
  const prefix = `wsk_${base62(randomBytes(ID_BYTES), ID_LENGTH)}`;
  const body = `${prefix}_${base62(randomBytes(SECRET_BYTES), SECRET_LENGTH)}`;
  const text = body + checksumOf(body);
  return { text, prefix, secretHash: hashOf(text) };
};

/** The prefix of a whole key; null for one that was cut, mistyped or made up without its checksum. */
export const prefixOf = (text: string): string | null => {
  const [, prefix, checksum] = shape.exec(text) ?? [];
  return prefix !== undefined && checksum === checksumOf(text.slice(0, -CHECKSUM_LENGTH)) ? prefix : null;
};

/** Whether a key is the one behind a kept hash, in the same time whatever differs. */
export const isKeyOf = (text: string, secretHash: string): boolean => {
  const [given, kept] = [Buffer.from(hashOf(text)), Buffer.from(secretHash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
};

const hashOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const checksumOf = (text: string): string => digits(BigInt(crc32(text)), CHECKSUM_LENGTH);

const base62 = (bytes: Buffer, length: number): string =>
  digits(BigInt(`0x${bytes.toString('hex')}`), length);

const digits = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text;
};
