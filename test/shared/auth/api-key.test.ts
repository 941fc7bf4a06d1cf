import { describe, expect, test } from 'vitest';
import { isApiKey, isKeyOf, makeApiKey, prefixOf } from '../../../shared/auth/api-key.ts';

test('a new key carries its prefix, and is proven by its hash alone', () => {
  const { text, prefix, secretHash } = makeApiKey();

  expect(text).toMatch(/^wsk_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}$/);
  expect(isApiKey(text)).toBe(true);
  expect(prefixOf(text)).toBe(prefix);
  expect(isKeyOf(text, secretHash)).toBe(true);
  expect(secretHash).not.toContain(text.slice(prefix.length + 1));
});

test('no two keys share a prefix or a secret', () => {
  const keys = Array.from({ length: 500 }, makeApiKey);

  expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(500);
  expect(new Set(keys.map(({ text }) => text.split('_')[2])).size).toBe(500);
});

describe('a text is no key', () => {
  const { text, prefix, secretHash } = makeApiKey();
  const other = makeApiKey();

  test('with any one character exchanged', () => {
    const mistyped = [...text].map(
      (letter, at) => text.slice(0, at) + (letter === 'x' ? 'y' : 'x') + text.slice(at + 1),
    );

    expect(mistyped.filter((one) => prefixOf(one) !== null)).toEqual([]);
  });

  test.each([
    ['cut', text.slice(0, -1)],
    ['longer', `${text}0`],
    ['its prefix', prefix],
    ['with a line after it', `${text}\n`],
    ['another beginning', text.replace('wsk_', 'wsK_')],
    ['empty', ''],
  ])('%s', (_what, one) => {
    expect(prefixOf(one)).toBeNull();
  });

  test('of another hash', () => {
    expect(isKeyOf(text, other.secretHash)).toBe(false);
    expect(isKeyOf(other.text, secretHash)).toBe(false);
    expect(isKeyOf(text, '')).toBe(false);
  });
});

test('a token of an issuer does not begin like a key', () => {
  expect(isApiKey('eyJhbGciOiJSUzI1NiJ9.e30.c2ln')).toBe(false);
});
