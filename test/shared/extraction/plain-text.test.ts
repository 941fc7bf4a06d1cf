import { expect, test } from 'vitest';
import { PAGE_MAX_RUNS } from '../../../shared/extraction/limits.ts';
import { plainTextDocument } from '../../../shared/extraction/plain-text.ts';

test('a text of empty lines is one wide, empty page', () => {
  const { pageCount, pages } = plainTextDocument('\n'.repeat(300_000));

  expect(pageCount).toBe(1);
  expect(pages[0]?.lines).toEqual([]);
});

test('a page holds no more words than a page may', () => {
  const { pages } = plainTextDocument('a '.repeat(PAGE_MAX_RUNS + 1_000));

  expect(pages[0]?.lines.flatMap(({ words }) => words)).toHaveLength(PAGE_MAX_RUNS);
});
