import { announces, beginsOther } from './party-blocks.ts';
import { hasLegalForm, mayBeName } from './party-names.ts';
import type { Segment, Sheet } from './sheet.ts';

/** Town and country as an address line states them. */
export interface Town {
  postal_code: string;
  city: string;
  country: string | null;
  segment: Segment;
}

/** Lines that end with a town, the first of them most often a name. */
export interface Address {
  name: Segment | null;
  town: Town;
  lines: Segment[];
}

const TOWN =
  /(?<![\p{L}\p{N}])(?:(?<country>[A-Z]{1,2})[ -]{1,2})?(?<code>\d{5}|\d{4} ?[A-Z]{2}|\d{4})\s+(?<city>\p{Lu}[\p{L}.'’/ -]{1,40})/u;
const COUNTRY_OF_LETTER: Record<string, string> = {
  D: 'DE',
  F: 'FR',
  A: 'AT',
  B: 'BE',
  I: 'IT',
  L: 'LU',
  E: 'ES',
};

const countryOf = (code: string | undefined) => {
  if (!code) return null;
  return COUNTRY_OF_LETTER[code] ?? (code.length === 2 ? code : null);
};

/** The town a line states: postal code, then a capitalised name. */
export const townIn = (segment: Segment): Town | null => {
  const { code, city, country } = TOWN.exec(segment.text)?.groups ?? {};
  const [name] = (city ?? '').split(/\s+[-–]\s+/);
  return code && name ? { postal_code: code, city: name.trim(), country: countryOf(country), segment } : null;
};

const LINES_MAX = 6;

/** Lines above the town at its left edge, nearest first, up to a gap or a heading. */
const linesAbove = (sheet: Sheet, town: Segment): Segment[] => {
  const height = town.bottom - town.y;
  const lines: Segment[] = [];
  let top = town.y;
  for (let row = town.row - 1; row >= 0 && lines.length < LINES_MAX; row -= 1) {
    const [first] = sheet.rows[row] ?? [];
    if (first?.page !== town.page || top - (first?.bottom ?? 0) > height * 2.2) break;
    const above = sheet.rows[row]?.find(({ x }) => Math.abs(x - town.x) < height * 0.8);
    if (!above) continue;
    if (
      top - above.bottom > height * 2 ||
      townIn(above) ||
      announces(above) ||
      beginsOther(above) ||
      /:\s*$/.test(above.text)
    )
      break;
    lines.push(above);
    top = above.y;
  }
  return lines;
};

/** Every address of the document, in reading order. */
export const findAddresses = (sheet: Sheet): Address[] =>
  sheet.rows.flat().flatMap((segment) => {
    const town = townIn(segment);
    if (!town) return [];
    const lines = linesAbove(sheet, segment).toReversed();
    const name = lines.find(({ text }) => mayBeName(text.toLowerCase()) || hasLegalForm(text)) ?? null;
    return [{ name, town, lines: [...lines, segment] }];
  });
