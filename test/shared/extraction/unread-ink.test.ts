import { describe, expect, it } from 'vitest';
import type { RecognisedWord, Recognition } from '../../../shared/extraction/ocr-engine.ts';
import { addMissing, unreadShare } from '../../../shared/extraction/unread-ink.ts';

const word = (text: string, x: number, y: number, confidence = 0.9): RecognisedWord => ({
  text,
  x,
  y,
  width: 40,
  height: 10,
  confidence,
});
const seen = (...words: RecognisedWord[]): Recognition => ({
  confidence: 0.9,
  lines: words.map((one) => ({ y: one.y, height: one.height, words: [one] })),
});

/** White, with dark blocks of four by eight pixels at the places given and a rule across the whole picture. */
const drawn = (places: readonly (readonly [number, number])[]) => {
  const [width, height] = [400, 100];
  const pixels = new Uint8Array(width * height).fill(255);
  for (const [x, y] of places)
    for (let row = y; row < y + 8; row += 1) pixels.fill(60, row * width + x, row * width + x + 4);
  pixels.fill(0, 90 * width, 91 * width);
  return { pixels, width, height };
};

describe('unreadShare', () => {
  const picture = drawn([
    [10, 10],
    [20, 10],
    [10, 50],
    [20, 50],
  ]);

  it('is the share of ink outside of all words, rules aside', () => {
    expect(unreadShare(picture, seen(word('ab', 8, 9)), 1)).toBe(0.5);
    expect(unreadShare(picture, seen(word('ab', 8, 9), word('cd', 8, 49)), 1)).toBe(0);
    expect(unreadShare(picture, seen(), 1)).toBe(1);
  });

  it('takes words from the scale of their picture to its own', () => {
    expect(unreadShare(picture, seen({ ...word('ab', 16, 18), width: 80, height: 20 }), 0.5)).toBe(0.5);
  });

  it('is nothing on an empty picture', () => {
    expect(unreadShare(drawn([]), seen(), 1)).toBe(0);
  });
});

describe('addMissing', () => {
  it('adds sure words where there were none and leaves the others', () => {
    const base = seen(word('black', 10, 10));
    const other = seen(word('blaok', 12, 11), word('pale', 10, 40), word('noise', 10, 70, 0.3));

    const words = addMissing(base, other).lines.flatMap((line) => line.words.map(({ text }) => text));

    expect(words).toEqual(['black', 'pale']);
  });
});
