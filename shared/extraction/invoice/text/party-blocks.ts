import type { Segment, Sheet } from './sheet.ts';

export type Role = 'supplier' | 'customer';

/** The lines of one party below (or beside) the heading that names its role. */
export interface PartyBlock {
  role: Role;
  heading: Segment;
  lines: Segment[];
}

const SUPPLIER =
  /^(?:verkaufer|lieferant|rechnungs(?:steller|ersteller)|leistungserbringer|seller|supplier|vendor|sold by|service provider|from|issued by|fournisseur|vendeur|emetteur|prestataire|leverancier|verkoper|fornitore|cedente(?: prestatore)?|prestatore|proveedor|vendedor|emisor)\b/;
const CUSTOMER =
  /^(?:kaufer|kunde\b|rechnungsempfanger|leistungsempfanger|rechnung an|rechnungsadresse|rechnungsanschrift|auftraggeber|buyer|customer\b|bill(?:ed)? to|billing address|sold to|invoice(?:d)? to|invoice address|client\b|acheteur|facture a|adresse de facturation|destinataire|koper|afnemer|klant\b|factuuradres|gefactureerd aan|cliente|cessionario|committente|destinatario|comprador|facturar a|spett)/;
const OTHER_HEADING =
  /^(?:ship(?:ped)? to|shipping|deliver|lieferadresse|warenempfanger|adresse de livraison|afleveradres|bemerkung|positionsdaten|zahlung|notes?\b|summary|rechnung gemass|contact|date|datum|total)/;

/** What may follow the word in a heading of its own: nothing, a second role, a colon with a name. */
const HEADING_REST =
  /^(?:\s*\/\s*[a-z]+)?(?:\s+(?:details?|information|infos?|daten|address|adresse))?\s*(?::\s*(?:.*[a-z]{2}.*)?)?$/;

/** The role a segment announces, as a heading of its own or before a name; null when it announces none. */
export const announces = ({ folded }: Segment): { role: Role; rest: string } | null => {
  const text = folded.trim();
  for (const [role, pattern] of [
    ['supplier', SUPPLIER],
    ['customer', CUSTOMER],
  ] as const) {
    const match = pattern.exec(text);
    const rest = match ? text.slice(match[0].length) : '';
    if (match && HEADING_REST.test(rest)) return { role, rest };
  }
  return null;
};

/** True when the segment begins a part of the page that is about something else. */
export const beginsOther = ({ folded }: Segment): boolean => OTHER_HEADING.test(folded.trim());

const LINES_MAX = 12;
/** How wide a block without a neighbour may be, in points. */
const COLUMN_WIDTH = 280;

/** Lines below the heading in its column, until a gap, another heading or the end of the page. */
const linesBelow = (sheet: Sheet, heading: Segment): Segment[] => {
  const height = heading.bottom - heading.y;
  const beside = sheet.rows[heading.row]?.[heading.column + 1];
  const [left, right] = [heading.x - height * 2, beside ? beside.x - height : heading.x + COLUMN_WIDTH];
  const lines: Segment[] = [];
  let bottom = heading.bottom;
  for (const row of sheet.rows.slice(heading.row + 1, heading.row + 1 + LINES_MAX * 2)) {
    if (row[0]?.page !== heading.page) break;
    const here = row.filter(({ x }) => x >= left && x < right);
    const [first] = here;
    if (!first) continue;
    if (first.y - bottom > height * 4 || announces(first) || beginsOther(first)) break;
    lines.push(...here);
    bottom = first.bottom;
    if (lines.length >= LINES_MAX * 2) break;
  }
  return lines;
};

/** Every block a heading announces, in reading order. */
export const partyBlocks = (sheet: Sheet): PartyBlock[] =>
  sheet.rows.flat().flatMap((segment): PartyBlock[] => {
    const announced = announces(segment);
    if (!announced) return [];
    const { role, rest } = announced;
    const own = /:\s*\S/.test(rest) ? [segment] : [];
    const beside = sheet.rows[segment.row]?.[segment.column + 1];
    const right = own.length === 0 && segment.folded.trim().endsWith(':') && beside ? [beside] : [];
    return [{ role, heading: segment, lines: [...own, ...right, ...linesBelow(sheet, segment)] }];
  });
