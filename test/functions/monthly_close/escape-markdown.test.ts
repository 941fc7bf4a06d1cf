import { expect, test } from 'vitest';
import { escapeMarkdown } from '../../../functions/monthly_close/escape-markdown.ts';

test.each([
  ['a plain name stays', 'Müller & Söhne', 'Müller &amp; Söhne'],
  ['a link is no link', '[pay](https://x.test)', '\\[pay\\]\\(https\\:\\/\\/x\\.test\\)'],
  ['HTML is no HTML', '<img src=x>', '&lt;img src\\=x&gt;'],
  ['a cell ends no cell', 'a|b', 'a\\|b'],
  ['a backslash takes no escape away', '\\*', '\\\\\\*'],
  ['lines and hidden characters are blanks', 'a\n# b\u202Ec\u0000', 'a \\# b c'],
])('%s', (_what, text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('a long text is cut before it is escaped', () => {
  expect(escapeMarkdown('*'.repeat(100))).toBe(`${'\\*'.repeat(79)}…`);
});
