import { foldText, isLegalForm } from '../names.ts';
import {
  addresses,
  degrees,
  eastAsianNames,
  generations,
  isHispanicName,
  isWrittenAsForm,
  joiners,
  marianNames,
  namesAJob,
  namesNoPerson,
  particles,
} from './name-words.ts';

/** A person's name. The parts are null where nothing tells them apart: single words, East Asian names. */
export interface PersonName {
  full_name: string;
  first_name: string | null;
  last_name: string | null;
}

const NAME_CHARACTERS_MAX = 120;
const NAME_WORDS_MAX = 8;

const WORD = /^['’]?\p{L}[\p{L}\p{M}'’.-]*$/u;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** More than one person, or a company. */
const JOINED = /[&+/;|]|\s(?:and|und|et|or|oder|ou)\s/iu;

/** The person that a text names, or null when it names none: a company, a shared mailbox, several people, no name. */
export function splitName(text: string): PersonName | null {
  const clean = text
    .normalize('NFC')
    .replace(/["“”„«»<>]|\([^)]*\)/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (clean === '' || clean.length > NAME_CHARACTERS_MAX || JOINED.test(clean)) return null;
  if (namesNoPerson(clean)) return null;
  if (EAST_ASIAN.test(clean)) return /^[\p{L}\p{M}\s・·-]+$/u.test(clean) ? whole(clean) : null;

  const sides = clean.split(',').map((side) => wordsOf(side));
  const named = sides.filter((words, index) => index === 0 || !words.every(isDegree));
  const [left = [], right, ...more] = named;
  if (more.length > 0 || left.length === 0 || (right && right.length === 0)) return null;
  const all = [...left, ...(right ?? [])];
  if (all.length > NAME_WORDS_MAX || !all.every((word) => WORD.test(word))) return null;
  if (isCompany(all) || !all.some((word) => /\p{L}{2}/u.test(word))) return null;
  if (right) return namesAJob(right.join(' ')) ? null : joined(right, left);
  return fromWords(left);
}

/** Without what stands around a name: forms of address before it, degrees behind it. */
function wordsOf(side: string): string[] {
  const words = side.trim().split(' ').filter(Boolean);
  while (words.length > 1 && isAddress(words[0] ?? '')) words.shift();
  while (words.length > 2 && isDegree(words.at(-1) ?? '')) words.pop();
  return words;
}

const fold = (word: string) => foldText(word).replaceAll(' ', '');
const isAddress = (word: string) => (addresses.has(fold(word)) && !/^[A-Z]$/.test(word)) || isOnBehalf(word);

/** German letters are signed on behalf of a company: `i.A.`, `i.V.`, `ppa.` before the name. */
export const isOnBehalf = (word: string): boolean => /^(?:i\.?[AV]\.?|ppa\.?)$/.test(word);
// "Ma" is a family name, "MA" a degree.
const isDegree = (word: string) =>
  degrees.has(fold(word)) && (/\p{Lu}.*\p{Lu}/u.test(word) || /^esq/i.test(word));

function isCompany(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const folded = fold(word);
    if (!isLegalForm(folded) || !isWrittenAsForm(word, folded)) return false;
    // "A.S. Byatt" has initials, "Byatt A.S." a form.
    return !/^\p{L}\.\p{L}\.?$/u.test(word) || index === words.length - 1;
  });
}

function fromWords(words: string[]): PersonName | null {
  if (words.length === 1) return whole(cased(words).join(' '));
  const capitals = capitalRun(words);
  if (capitals) {
    const [from, to] = capitals;
    const given = [...words.slice(0, from), ...words.slice(to)];
    if (given.length > 0) return joined(given, words.slice(from, to));
  }
  if (eastAsianNames.has(fold(words[0] ?? '')) && words.length <= 4) return whole(cased(words).join(' '));
  const [head = ''] = words;
  if (isParticle(head) && head === head.toLowerCase()) return familyFirst(words);
  const from = familyStart(words);
  return joined(words.slice(0, from), words.slice(from));
}

const whole = (name: string): PersonName => ({ full_name: name, first_name: null, last_name: null });

/** A name in its usual order, whatever the order and the capitals it was written in. */
function joined(given: readonly string[], family: readonly string[]): PersonName {
  const [first, last] = [cased(given).join(' '), cased(family).join(' ')];
  return { full_name: `${first} ${last}`, first_name: first, last_name: last };
}

const isParticle = (word: string) => particles.has(fold(word)) || /^['’]t$/i.test(word);
const isCapitals = (word: string) => /\p{Lu}.*\p{Lu}/u.test(word) && word === word.toUpperCase();

/** Where the family name stands when it alone is in capitals, with its particles; null when capitals tell nothing. */
function capitalRun(words: readonly string[]): [from: number, to: number] | null {
  // Two capitals before a name are initials: JK Rowling. So are dotted ones.
  const marks = words.map(
    (word, index) =>
      isCapitals(word) && !word.includes('.') && !(word.length === 2 && index === 0 && words.length === 2),
  );
  let from = marks.indexOf(true);
  const to = marks.lastIndexOf(true) + 1;
  if (from === -1 || marks.every((mark, index) => mark || isParticle(words[index] ?? ''))) return null;
  if (marks.slice(from, to).some((mark, index) => !mark && !isParticle(words[from + index] ?? '')))
    return null;
  while (from > 0 && isParticle(words[from - 1] ?? '')) from -= 1;
  return [from, to];
}

/** "van der Berg Jan": the particles and one word are the family name. Without more there is no given name. */
function familyFirst(words: string[]): PersonName {
  const end = words.findIndex((word) => !isParticle(word)) + 1;
  const given = words.slice(end);
  return given.length > 0 && end > 0 ? joined(given, words.slice(0, end)) : whole(cased(words).join(' '));
}

/** Where the family name begins in a name that begins with a given one. */
function familyStart(words: readonly string[]): number {
  const folded = words.map(fold);
  const last = words.length - 1 - (generations.has(folded.at(-1) ?? '') && words.length > 2 ? 1 : 0);
  const first = afterMarianName(folded);
  const joiner = folded.findIndex((word, index) => index > first && index < last && joiners.has(word));
  if (joiner > first) return Math.max(1, joiner - 1);
  const particle = folded.findIndex(
    (_, index) => index >= first && index < last && isParticle(words[index] ?? ''),
  );
  const start = particle === -1 ? last : particle;
  const before = start - 1;
  return before >= first && isHispanicName(folded[before] ?? '') ? before : Math.max(first, start);
}

/** How many words a given name takes at least: one, or all of "María del Carmen". */
function afterMarianName(folded: readonly string[]): number {
  const noun = folded.findIndex((word, index) => index > 1 && marianNames.has(word));
  const between = folded.slice(1, noun);
  const isOne = noun > 1 && noun < folded.length - 1 && between.every((word) => particles.has(word));
  return isOne && /^(maria|jose|ma)$/.test(folded[0] ?? '') ? noun + 1 : 1;
}

// Two capitals that nobody can speak: JK, DJ. But Ng is a name.
const isInitials = (word: string, folded: string) =>
  /^[B-DF-HJ-NP-TV-XZ]{2}$/.test(word) && !eastAsianNames.has(folded);

/** Words in capitals or without any, as names are written; the writer's own mixture stands. */
function cased(words: readonly string[]): string[] {
  const plain = words.every((word) => word === word.toLowerCase());
  return words.map((word, index) => {
    if (!plain && !isCapitals(word)) return word;
    const folded = fold(word);
    if (/^(\p{L}\.)+$/u.test(word) || isInitials(word, folded)) return word.toUpperCase();
    // De La Tour keeps its article large, van der Berg keeps all of it small.
    const isArticle = /^l[ae]s?$/.test(folded) && index > 0 && !plain;
    if (particles.has(folded) && words.length > 1 && !isArticle) return word.toLowerCase();
    return word
      .toLowerCase()
      .replace(/(^|[-'’.])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
  });
}
