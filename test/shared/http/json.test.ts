import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, parseJson } from '../../../shared/http/json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const depthOfValue = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOfValue))
    : 0;

describe('depthOf', () => {
  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(depthOf(bytes(JSON.stringify(value)))).toBe(depthOfValue(value));
      }),
    );
  });

  it.each([
    ['brackets in a string', '"[[[["', 0],
    ['an escaped quote before brackets', '"\\"[[[["', 0],
    ['an escaped backslash at the end of a string', '["\\\\",[1]]', 2],
    ['siblings', '[[],[],{}]', 2],
    ['more closed than opened', ']]]]', 0],
  ])('counts %s', (_what, text, depth) => {
    expect(depthOf(bytes(text))).toBe(depth);
  });
});

describe('parseJson', () => {
  it('takes 32 levels and not 33', () => {
    const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));

    expect(() => parseJson(nested(32))).not.toThrow();
    expect(() => parseJson(nested(33))).toThrow(
      expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
    );
  });

  it('takes and refuses what JSON.parse takes and refuses', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'[]{}",:\\ 0123456789eE+-.truefalsn'), maxLength: 12 }),
        (text) => {
          const outcome = (parse: () => unknown) => {
            try {
              return { value: parse() };
            } catch {
              return 'refused';
            }
          };

          expect(outcome(() => parseJson(bytes(text)))).toEqual(outcome(() => JSON.parse(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
    ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ['a comment', bytes('{} // x')],
  ])('says INVALID_JSON for %s', (_what, body) => {
    expect(() => parseJson(body)).toThrow(expect.objectContaining({ status: 400, code: 'INVALID_JSON' }));
  });

  it('does not repeat the body', () => {
    expect(() => parseJson(bytes('{"a": canary}'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    );
  });
});
