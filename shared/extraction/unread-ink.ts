import type { GreyImage } from './deskew.ts';
import type { RecognisedWord, Recognition } from './ocr-engine.ts';

/** How much darker than the pixel above a pixel has to be to count as ink: pale print, and not paper. */
const EDGE = 18;
/** A longer edge belongs to a rule or a frame, in shares of the picture's width. */
const LETTER_MAX_WIDTH = 0.025;
const LETTER_MIN_WIDTH = 2;
/** Confidence a word needs to be added to a page that was read already. */
const ADDED_CONFIDENCE = 0.6;

/** The share of letter-like ink of a picture that lies outside every recognised word; `scale` takes words to its pixels. */
export const unreadShare = (
  { pixels, width, height }: GreyImage,
  { lines }: Recognition,
  scale: number,
): number => {
  const read = new Uint8Array(width * height);
  for (const word of lines.flatMap((line) => line.words)) cover(read, width, height, word, scale);
  let ink = 0;
  let unread = 0;
  for (let row = 1; row < height; row += 1) {
    let length = 0;
    for (let column = 0; column <= width; column += 1) {
      const at = row * width + column;
      if (column < width && (pixels[at - width] ?? 0) - (pixels[at] ?? 0) > EDGE) {
        length += 1;
        continue;
      }
      if (length >= LETTER_MIN_WIDTH && length <= width * LETTER_MAX_WIDTH) {
        ink += length;
        if (read[at - 1 - (length >> 1)] === 0) unread += length;
      }
      length = 0;
    }
  }
  return ink === 0 ? 0 : unread / ink;
};

const cover = (
  read: Uint8Array,
  width: number,
  height: number,
  word: RecognisedWord,
  scale: number,
): void => {
  const margin = 2;
  const left = Math.max(0, Math.floor(word.x * scale) - margin);
  const right = Math.min(width, Math.ceil((word.x + word.width) * scale) + margin);
  const top = Math.max(0, Math.floor(word.y * scale) - margin);
  const bottom = Math.min(height, Math.ceil((word.y + word.height) * scale) + margin);
  for (let row = top; row < bottom; row += 1) read.fill(1, row * width + left, row * width + right);
};

/** A recognition with the sure words of another that stand where it has none. */
export const addMissing = (base: Recognition, other: Recognition): Recognition => {
  const known = base.lines.flatMap((line) => line.words);
  const added = other.lines.flatMap((line) => {
    const words = line.words.filter(
      (word) => word.confidence >= ADDED_CONFIDENCE && !known.some((one) => overlap(one, word)),
    );
    return words.length === 0 ? [] : [{ ...line, words }];
  });
  return { ...base, lines: [...base.lines, ...added] };
};

const overlap = (a: RecognisedWord, b: RecognisedWord): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
