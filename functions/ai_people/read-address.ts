import emailAddresses from 'email-addresses';
import { type PersonName, splitName } from '../../shared/domain/person/split-name.ts';

/** Longest address that mail servers accept, in characters. */
const ADDRESS_CHARACTERS_MAX = 254;
/** The same with a name before it. The parser tries every nesting of quotes and brackets, so it gets no more. */
const INPUT_CHARACTERS_MAX = 320;
/** What mail programs add to a name: the company, the service that sends. */
const ADDED = /\s(?:via|from|chez|at|@)\s|\s[-–—]\s|\s*\|/iu;

/** An e-mail address, lower-case, and the person that its display name names. */
export interface NamedAddress {
  email: string;
  name: PersonName | null;
}

/** Reads `ada@firm.example` or `"Ada Lovelace" <ada@firm.example>`; null for whatever else. */
export function readAddress(text: string): NamedAddress | null {
  const input = text.trim().replace(/^mailto:/i, '');
  if (input.length > INPUT_CHARACTERS_MAX) return null;
  const parsed = emailAddresses.parseOneAddress(input);
  if (parsed?.type !== 'mailbox') return null;
  const email = parsed.address.toLowerCase();
  if (email.length > ADDRESS_CHARACTERS_MAX || !/^[^\s@"<>()]+@[^\s@"<>()]+\.[^\s@"<>()]+$/.test(email))
    return null;
  const [shown = ''] = (parsed.name ?? '').replace(/^'(.*)'$/, '$1').split(ADDED);
  return { email, name: splitName(shown) };
}

/** The addresses that a line of text holds. */
export const findAddresses = (line: string): string[] =>
  [...line.matchAll(/[^\s@"'<>(),;:[\]|]+@[^\s@"'<>(),;:[\]|]+\.[\p{L}\p{N}-]+/gu)].flatMap(([found]) => {
    const read = readAddress(found);
    return read ? [read.email] : [];
  });
