import { expect, test } from 'vitest';
import { readFormat, readFormula, readPrompt } from '../../../shared/formula/config.ts';

const tree = {
  type: 'doc',
  content: [
    {
      type: 'paragraph',
      content: [
        { type: 'text', text: 'Name ' },
        { type: 'mention', attrs: { id: 'issuer.name', label: 'Issuer' } },
        { type: 'text', text: ' <b>twice</b>', marks: [{ type: 'bold' }] },
      ],
    },
    { type: 'paragraph', content: [{ type: 'text', text: 'and no more' }] },
  ],
};

test.for<[string, unknown, string | null]>([
  ['a text', ' grand_total * 2 ', 'grand_total * 2'],
  ['an object', { formula: 'grand_total' }, 'grand_total'],
  ['JSON within a string', '{"expression": "grand_total"}', 'grand_total'],
  ['a text that only looks like JSON', '{"a": grand_total', '{"a": grand_total'],
  ['nothing', null, null],
  ['an empty text', '  ', null],
  ['an object of something else', { other: 1 }, null],
  ['a number', 5, null],
])('the formula of %s', ([, config, text]) => {
  expect(readFormula(config)?.text ?? null).toBe(text);
});

test('a tree reads as its texts in order, a line a block, with its mentions as paths', () => {
  const expected = { text: 'Name issuer.name <b>twice</b>\nand no more', mentions: ['issuer.name'] };

  expect(readPrompt(tree)).toEqual(expected);
  expect(readPrompt({ prompt: tree })).toEqual(expected);
  expect(readPrompt(JSON.stringify(tree))).toEqual(expected);
});

test('a tree nested ten thousand deep is read to its limit', () => {
  let deep: object = { type: 'text', text: 'bottom' };
  for (let level = 0; level < 10_000; level += 1) deep = { type: 'paragraph', content: [deep] };

  expect(readPrompt({ type: 'doc', content: [{ type: 'text', text: 'top' }, deep] })?.text).toBe('top');
});

test('a format keeps what it understands', () => {
  expect(readFormat({ currency: 'euro', decimals: 2, options: ['a', { value: 'b', color: 'red' }] })).toEqual(
    {
      currency: null,
      decimals: 2,
      options: ['a', 'b'],
    },
  );
  expect(readFormat(null)).toEqual({});
});
