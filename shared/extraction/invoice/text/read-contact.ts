import type { Candidate } from './choose.ts';
import { spotsNear } from './near.ts';
import { type PartyBlock, partyBlocks, type Role } from './party-blocks.ts';
import { hasLegalForm } from './party-names.ts';
import { type Segment, type Sheet, sharesColumn } from './sheet.ts';

/** Whom a page names to be asked; values as they are written. */
export interface PageContact {
  name: Candidate;
  email: Candidate | null;
  phone: Candidate | null;
}

const LABEL =
  /\b(?:ansprechpartner(?:in)?|sachbearbeiter(?:in)?|kontaktperson|contact person|your contact|interlocut(?:eur|rice)|votre (?:contact|conseill[a-z]+|correspondante?)|personne a contacter|contactpersoon|uw contact|persona di (?:contatto|riferimento)|vostro referente|persona de contacto|su contacto)\b|^(?:contact|kontakt|contatto|contacto|bearbeiter(?:in)?|referente)\s*(?=:)/;

/** Little words within a name, and how people are addressed before it. */
const SMALL = /^(?:von|van|vom|zu|zur|der|den|de|du|des|di|da|del|della|la|le|el|al|bin|y|e|i|ten|ter|te)$/;
const WORD = /^\p{Lu}[\p{L}\p{M}'’.-]*$/u;

/** What begins a text as a person's name: two to six words with capitals, before anything else on the line. */
const personIn = (text: string): string | null => {
  const [start = ''] = text.split(/[,;|()@\d/]|\s-\s|\s*\b(?:tel|phone|fon|mobil|e-?mail|fax)\b/i);
  const words = start.replace(/:.*/, '').trim().split(/\s+/);
  const named = words.filter((word) => !SMALL.test(word));
  const fits = words.length <= 6 && named.length >= 2 && named.every((word) => WORD.test(word));
  return fits && !hasLegalForm(start) ? words.join(' ') : null;
};

/** Rows below the label in which a number or an address is still this person's. */
const ROWS_BELOW = 4;

const linesOf = (sheet: Sheet, label: Segment, name: Segment): Segment[] =>
  sheet.rows
    .slice(label.row, label.row + 1 + ROWS_BELOW)
    .flat()
    .filter(
      (other) =>
        other.page === label.page &&
        (other.row === label.row || sharesColumn(other, label) || sharesColumn(other, name)),
    );

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const PHONE_LABEL = /\b(?:tel|telefon|telephone|telefoon|telefono|phone|fon|durchwahl|mobile?|gsm|handy)\b/;
const PHONE = /[+(\d][\d ()./-]{4,}\d/;

const found = (value: string, segment: Segment): Candidate => ({
  value,
  score: 1,
  basis: 'labelled',
  segment,
});

function emailIn(lines: readonly Segment[]): Candidate | null {
  for (const segment of lines) {
    const email = EMAIL.exec(segment.text)?.[0];
    if (email) return found(email, segment);
  }
  return null;
}

function phoneIn(sheet: Sheet, lines: readonly Segment[]): Candidate | null {
  for (const segment of lines) {
    const label = PHONE_LABEL.exec(segment.folded);
    if (!label) continue;
    const beside = sheet.rows[segment.row]?.[segment.column + 1];
    const after = segment.text.slice(label.index + label[0].length);
    for (const [text, at] of [
      [after, segment] as const,
      ...(beside ? [[beside.text, beside] as const] : []),
    ]) {
      const phone = PHONE.exec(text)?.[0];
      if (phone) return found(phone, at);
    }
  }
  return null;
}

// The label ends a block, which is about something else from there on, and still belongs to it.
const roleOf = (blocks: readonly PartyBlock[], label: Segment): Role =>
  blocks.find(({ heading, lines }) => {
    const last = lines.at(-1) ?? heading;
    return (
      lines.includes(label) ||
      (label.page === last.page && label.row === last.row + 1 && sharesColumn(label, heading))
    );
  })?.role ?? 'supplier';

/** The person beside a label of contacts, per side: who sends the bill names whom to ask unless the block says otherwise. */
export function readContacts(sheet: Sheet): Partial<Record<Role, PageContact>> {
  const blocks = partyBlocks(sheet);
  const contacts: Partial<Record<Role, PageContact>> = {};
  for (const { text, segment, label } of spotsNear(sheet, LABEL, { right: 1, below: 1 })) {
    const name = personIn(text);
    const role = roleOf(blocks, label);
    if (name === null || contacts[role]) continue;
    const lines = linesOf(sheet, label, segment);
    contacts[role] = { name: found(name, segment), email: emailIn(lines), phone: phoneIn(sheet, lines) };
  }
  return contacts;
}
