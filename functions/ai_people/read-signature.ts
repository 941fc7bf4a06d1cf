import { foldText } from '../../shared/domain/names.ts';
import {
  isGreeting,
  joiners,
  namesAJob,
  namesNoPerson,
  particles,
} from '../../shared/domain/person/name-words.ts';
import type { FoundPhone } from '../../shared/domain/person/read-phone.ts';
import { findPhones } from '../../shared/domain/person/read-phone.ts';
import { isRoleMailbox } from '../../shared/domain/person/role-mailbox.ts';
import { isOnBehalf, type PersonName, splitName } from '../../shared/domain/person/split-name.ts';
import { findAddresses } from './read-address.ts';
import { readLinkedin } from './read-linkedin.ts';

/** What a block of text says about whoever signed it; line numbers count from 1 within what was read. */
export interface Signature {
  name: { value: PersonName; line: number } | null;
  /** A dash line or a closing formula stands before it, so that what follows is a signature and not a text. */
  isMarked: boolean;
  jobTitle: { value: string; line: number; saysJob: boolean } | null;
  /** Addresses of people, in the order they stand. */
  emails: { value: string; line: number }[];
  phones: (FoundPhone & { line: number })[];
  linkedin: { value: string; line: number } | null;
  /** What was read, as lines: without quoted mail and what stands before the signature. */
  text: string;
}

const LINES_MAX = 40;
/** How far down the name may stand, and how far below it what the person does. */
const NAME_WITHIN = 3;
const JOB_WITHIN = 2;
const JOB_CHARACTERS_MAX = 150;

const QUOTED =
  /^\s*(?:>|-{3,}\s*(?:original|forwarded|ursprüngliche|message d)|_{10,}|(?:from|von|de|da|van)\s*:\s|(?:on|le|am|el|il|op)\s.{6,120}(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef).{0,60}:?\s*$)/iu;
const DASHES = /^\s*(?:--|—|__)\s*$/u;
const CLOSING =
  /^\s*(?:(?:best|kind|warm|with kind|many) regards|regards|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|best(?: wishes)?|cheers|(?:many )?thanks|thank you|(?:bien |très )?cordialement|bien à (?:vous|toi)|(?:sincères |meilleures )?salutations|mit (?:freundlichen|besten|herzlichen) gr(?:ü|ue)(?:ß|ss)en|(?:freundliche|beste|viele|herzliche|liebe) gr(?:ü|ue)(?:ß|ss)e|mfg|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|(?:cordiali|distinti) saluti|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?)\s*(?:[,.!:;–-]\s*(?<rest>.*))?$/iu;

/** Reads the last signature of a text. */
export function readSignature(text: string, country: string | null): Signature {
  const { lines, isMarked } = signatureLines(text);
  const at = <T>(find: (line: string) => T[]) =>
    lines.flatMap((line, index) => find(line).map((value) => ({ value, line: index + 1 })));
  const segments = lines.flatMap((line, index) =>
    segmentsOf(line).map((segment) => ({ text: segment, line: index + 1 })),
  );
  const named = segments.findIndex(
    ({ text: segment }, index) => index < NAME_WITHIN && nameOf(segment) !== null,
  );
  const name = segments[named];
  const value = name ? nameOf(name.text) : null;
  const [linkedin = null] = at((line) => {
    const found = /(?:https?:\/\/)?[\w.]*linkedin\.com\/\S+/i.exec(line);
    const url = found && readLinkedin(found[0]);
    return url ? [url] : [];
  });
  return {
    name: name && value ? { value, line: name.line } : null,
    isMarked,
    jobTitle: named === -1 ? null : jobAfter(segments.slice(named + 1, named + 1 + JOB_WITHIN)),
    emails: at(findAddresses).filter(({ value: email }) => !isRoleMailbox(email)),
    phones: at((line) => findPhones(line, country)).map(({ value: phone, line }) => ({ ...phone, line })),
    linkedin,
    text: lines.join('\n'),
  };
}

function signatureLines(text: string): { lines: string[]; isMarked: boolean } {
  const all = text
    .normalize('NFC')
    .split(/\r\n?|\n/)
    .map((line) => line.trim());
  const quoted = all.findIndex((line) => QUOTED.test(line));
  const own = quoted === -1 ? all : all.slice(0, quoted);
  const end = own.findLastIndex((line) => line !== '');
  // A formula with nothing behind it closes a letter that nobody signed.
  const mark = own.findLastIndex((line, index) =>
    index < end ? DASHES.test(line) || CLOSING.test(line) : closedWith(line) !== '',
  );
  const lines = [closedWith(own[mark] ?? ''), ...own.slice(mark + 1)].filter((line) => line !== '');
  return { lines: lines.slice(0, LINES_MAX), isMarked: mark !== -1 };
}

/** What stands behind a closing formula in its own line: "Best regards, Ada Lovelace". */
const closedWith = (line: string) => CLOSING.exec(line)?.groups?.rest ?? '';

/** A line may hold the name, what the person does and the company side by side. */
function segmentsOf(line: string): string[] {
  const pieces = line.split(/\s*[|•·]\s*|\s+[-–—/]\s+|\t+|\s{3,}/u);
  return pieces
    .flatMap((piece) => {
      const [before = '', ...after] = piece.split(/,\s+/);
      const behind = after.join(', ');
      return behind !== '' && namesAJob(behind) && !namesAJob(before) ? [before, behind] : [piece];
    })
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

/** A line is a name when it looks like one: two words at least, each with a capital. */
function nameOf(segment: string): PersonName | null {
  if (namesAJob(segment) || isGreeting(segment)) return null;
  const small = segment.split(/\s+/).filter((word) => /^\p{Ll}/u.test(word));
  if (!small.every((word) => isOnBehalf(word) || particles.has(foldText(word)) || joiners.has(word)))
    return null;
  const name = splitName(segment);
  return name && (name.last_name !== null || /\s|[^\p{Script=Latin}]/u.test(name.full_name)) ? name : null;
}

function jobAfter(segments: readonly { text: string; line: number }[]): Signature['jobTitle'] {
  const usable = segments.filter(
    ({ text }) => text.length <= JOB_CHARACTERS_MAX && !/[@\d]|www\.|https?:/i.test(text),
  );
  const said = usable.find(({ text }) => namesAJob(text));
  if (said) return { value: said.text, line: said.line, saysJob: true };
  const [next] = usable;
  return next && next === segments[0] && !namesNoPerson(next.text) && nameOf(next.text) === null
    ? { value: next.text, line: next.line, saysJob: false }
    : null;
}
