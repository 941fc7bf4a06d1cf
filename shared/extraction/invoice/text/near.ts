import { below, type Segment, type Sheet } from './sheet.ts';

/** A text beside a label. `steps` counts cells to the right or rows down; 0 is the label's own segment. */
export interface Spot {
  text: string;
  segment: Segment;
  where: 'same' | 'right' | 'below';
  steps: number;
  label: Segment;
}

export interface Reach {
  right?: number;
  below?: number;
}

const afterLabel = (text: string) => text.replace(/^[\s:.#°º=*)\]-]+/, '');

/**
 * The value a step below and to the right, as in forms with small labels over right-aligned values; null unless the
 * label ends its row and the two nearly touch.
 */
const stairBelow = (sheet: Sheet, label: Segment): Segment | null => {
  const isLast = label.column === (sheet.rows[label.row]?.length ?? 0) - 1;
  const next = sheet.rows[label.row + 1]?.find(({ x }) => x >= label.right);
  const near = next && next.page === label.page && next.y - label.bottom < (next.bottom - next.y) * 0.6;
  return isLast && near ? next : null;
};

/**
 * What stands beside every place where `label` matches the folded text of a segment: after it, to its right, below it.
 */
export const spotsNear = (sheet: Sheet, label: RegExp, { right = 2, below: rows = 2 }: Reach = {}): Spot[] =>
  sheet.rows.flat().flatMap((segment) => {
    const match = label.exec(segment.folded);
    if (!match) return [];
    const rest = afterLabel(segment.text.slice(match.index + match[0].length));
    const beside = (sheet.rows[segment.row] ?? []).slice(segment.column + 1, segment.column + 1 + right);
    const spots: Spot[] =
      rest === '' ? [] : [{ text: rest, segment, where: 'same', steps: 0, label: segment }];
    beside.forEach((next, index) => {
      spots.push({
        text: afterLabel(next.text),
        segment: next,
        where: 'right',
        steps: index + 1,
        label: segment,
      });
    });
    const stair = stairBelow(sheet, segment);
    if (stair && rows > 0) {
      spots.push({
        text: afterLabel(stair.text),
        segment: stair,
        where: 'below',
        steps: 1.2,
        label: segment,
      });
    }
    for (const next of below(sheet, segment, rows)) {
      const steps = next.row - segment.row;
      spots.push({ text: afterLabel(next.text), segment: next, where: 'below', steps, label: segment });
    }
    return spots;
  });
