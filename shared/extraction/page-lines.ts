import type { Line, Page, TextSource, Word } from './document-text.ts';

/** Into which direction a run of text reads, in quarter turns clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/**
 * A piece of text as a source states it, in the frame of its own reading direction: `along` the line, `baseline`
 * across it, both growing in reading order. Points.
 */
export interface Run {
  text: string;
  turn: Turn;
  along: number;
  baseline: number;
  length: number;
  /** Font size, or the height of a recognised line. */
  size: number;
  confidence: number;
  /** Where it begins and ends across the line, when that is known and need not follow from the size. */
  top?: number;
  bottom?: number;
  /** True for a word that was recognised as such, and is therefore never half of one. */
  whole?: boolean;
}

interface Piece extends Run {
  /** Pieces of one run are words of their own; pieces of neighbouring runs may be halves of one word. */
  run: number;
}

const ASCENT = 0.8;
const DESCENT = 0.22;
/** Shares of the font size. */
const SAME_LINE = 0.4;
const SAME_WORD = 0.1;
const SAME_PLACE = 0.2;
const WIDE_GAP = 0.9;

/** Lines in reading order: upright text first, then text turned by a quarter, a half, three quarters. */
export const linesOfRuns = (runs: readonly Run[]): Line[] =>
  ([0, 90, 180, 270] as const).flatMap((turn) => {
    const pieces = runs.flatMap((run, index) => (run.turn === turn ? piecesOf(run, index) : []));
    return rowsOf(pieces).map((row) => lineOf(joinHalves(withoutDoubles(row))));
  });

/** A page from its lines; its confidence is the mean of its words. */
export const pageOf = (
  number: number,
  size: { width: number; height: number },
  source: TextSource,
  lines: Line[],
): Page => {
  const words = lines.flatMap((line) => line.words);
  const sum = words.reduce((total, word) => total + word.confidence, 0);
  return {
    number,
    width: round(size.width),
    height: round(size.height),
    source,
    confidence: words.length === 0 ? 0 : round(sum / words.length),
    lines,
    text: lines.map((line) => line.text).join('\n'),
  };
};

// A run states its whole width only. Splitting it by typical widths of its characters places words within a few
// points; by character count a run of capitals and digits would be off by a third.
const weightOf = (character: string): number => {
  if (/[iljtfrI.,:;'’|!()[\]\s-]/.test(character)) return 0.3;
  if (/[mwMW@%—]/.test(character)) return 0.85;
  return /\p{Lu}/u.test(character) ? 0.68 : 0.54;
};
const weigh = (text: string): number => [...text].reduce((sum, character) => sum + weightOf(character), 0);

const piecesOf = (run: Run, index: number): Piece[] => {
  const scale = run.length / (weigh(run.text) || 1);
  return [...splitWords(run.text)].map(({ text, at, raw }) => ({
    ...run,
    text,
    run: index,
    along: run.along + weigh(run.text.slice(0, at)) * scale,
    length: weigh(raw) * scale,
  }));
};

const LETTER_SPACED = /(?<!\S)\p{L}(?: \p{L}){3,}(?!\S)/gu;

/** Words with their offsets; `I N V O I C E` is one word, two spaces between such words part them. */
function* splitWords(text: string): Generator<{ text: string; at: number; raw: string }> {
  const joined = text.replace(LETTER_SPACED, (letters) => letters.replaceAll(' ', '\u0001'));
  for (const match of joined.matchAll(/\S+/g)) {
    const raw = text.slice(match.index, match.index + match[0].length);
    const word = match[0].replaceAll('\u0001', '').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '');
    if (word !== '') yield { text: word, at: match.index, raw };
  }
}

const rowsOf = (pieces: Piece[]): Piece[][] => {
  const rows: Piece[][] = [];
  let baseline = 0;
  for (const piece of pieces.toSorted((a, b) => a.baseline - b.baseline || a.along - b.along)) {
    const row = rows.at(-1);
    const size = Math.min(piece.size, ...(row?.slice(-1).map((last) => last.size) ?? []));
    if (row && piece.baseline - baseline <= SAME_LINE * size) {
      row.push(piece);
      baseline += (piece.baseline - baseline) / row.length;
    } else {
      rows.push([piece]);
      baseline = piece.baseline;
    }
  }
  return rows.map((row) => row.toSorted((a, b) => a.along - b.along || a.run - b.run));
};

// Bold is sometimes faked by printing twice, and some programs print every text once more for copying.
const withoutDoubles = (row: Piece[]): Piece[] => {
  const kept: Piece[] = [];
  for (const piece of row) {
    const twin = kept
      .slice(-4)
      .some(
        (other) =>
          other.run !== piece.run &&
          other.text === piece.text &&
          Math.abs(other.along - piece.along) <= SAME_PLACE * piece.size,
      );
    if (!twin) kept.push(piece);
  }
  return kept;
};

const joinHalves = (row: Piece[]): Piece[] => {
  const words: Piece[] = [];
  for (const piece of row) {
    const last = words.at(-1);
    const gap = last ? piece.along - (last.along + last.length) : 0;
    const near = Math.abs(gap) <= SAME_WORD * Math.min(piece.size, last?.size ?? 0);
    if (last && near && last.run !== piece.run && !last.whole && !piece.whole) {
      words[words.length - 1] = {
        ...last,
        run: piece.run,
        text: last.text + piece.text,
        length: piece.along + piece.length - last.along,
        size: Math.max(last.size, piece.size),
        confidence: Math.min(last.confidence, piece.confidence),
      };
    } else words.push(piece);
  }
  return words;
};

const lineOf = (pieces: Piece[]): Line => {
  const characters = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  const characterWidth = pieces.reduce((sum, piece) => sum + piece.length, 0) / characters || 1;
  let text = '';
  let end = 0;
  for (const piece of pieces) {
    const gap = piece.along - end;
    const spaces = gap > WIDE_GAP * piece.size ? Math.max(2, Math.round(gap / characterWidth)) : 1;
    text += text === '' ? piece.text : ' '.repeat(Math.min(spaces, 80)) + piece.text;
    end = piece.along + piece.length;
  }
  return { text, words: pieces.map(wordOf) };
};

const wordOf = (piece: Piece): Word => {
  const { text, turn, along, baseline, length, size, confidence } = piece;
  const { top = baseline - ASCENT * size, bottom = baseline + DESCENT * size } = piece;
  const [x, y] = {
    0: [along, top],
    90: [-bottom, along],
    180: [-along - length, -bottom],
    270: [top, -along - length],
  }[turn] as [number, number];
  const upright = turn === 0 || turn === 180;
  return {
    text,
    x: round(x),
    y: round(y),
    width: round(upright ? length : bottom - top),
    height: round(upright ? bottom - top : length),
    confidence: round(confidence),
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;
