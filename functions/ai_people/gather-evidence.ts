import { readPhone } from '../../shared/domain/person/read-phone.ts';
import { isRoleMailbox } from '../../shared/domain/person/role-mailbox.ts';
import { splitName } from '../../shared/domain/person/split-name.ts';
import { confidenceOf } from '../../shared/extraction/invoice/confidence.ts';
import type { Evidence, Fact } from './facts.ts';
import type { NamedAddress } from './read-address.ts';
import { readLinkedin } from './read-linkedin.ts';
import { readSignature, type Signature } from './read-signature.ts';
import { canBeOne, fitsMailbox } from './same-person.ts';
import type { PersonHints } from './schema.ts';

/** What is known before anything is read. */
export interface Known {
  hints: PersonHints;
  /** The address of the hints. */
  given: NamedAddress | null;
  /** Addresses on file and given, lower-case. */
  addresses: readonly string[];
  /** Their name on file; null where a placeholder stands. */
  name: string | null;
  /** Of the workspace, for telephone numbers without a country. */
  country: string | null;
}

export interface Gathered {
  evidence: Evidence;
  /** Addresses of the person alone, on file or given; shared mailboxes are nobody's. */
  mailboxes: string[];
  /** A shared mailbox was given or is on file. */
  hasRoleMailbox: boolean;
  /** The signature, when it is this person's. */
  signature: Signature | null;
}

type Source = Fact<unknown>['source'];
const fact = <T>(
  value: T,
  basis: 'labelled' | 'placed',
  evidence: string,
  source: Source = 'text',
): Fact<T> => ({
  value,
  confidence: confidenceOf({ basis }),
  source,
  evidence,
});

/** Everything that the hints, the addresses on file and the signature say about one person. */
export function gatherEvidence({ hints, given, addresses, name, country }: Known): Gathered {
  const mailboxes = [...new Set(addresses)].filter((email) => !isRoleMailbox(email));
  const named = hints.full_name ? splitName(hints.full_name) : null;
  const block = hints.signature ? readSignature(hints.signature, country) : null;
  const names = [name, named?.full_name, given?.name?.full_name].flatMap((each) => each ?? []);
  const signature = block && isTheirs(block, { names, mailboxes }) ? block : null;

  const phone = hints.phone ? readPhone(hints.phone, country) : null;
  const title = hints.job_title?.trim();
  const linkedin = hints.linkedin_url ? readLinkedin(hints.linkedin_url) : null;
  const signed = signature ? factsOf(signature, mailboxes) : null;
  return {
    evidence: {
      names: [
        ...(named ? [fact(named, 'labelled', 'hints.full_name')] : []),
        ...(given?.name ? [fact(given.name, 'labelled', 'hints.email, display name')] : []),
        ...(signed?.names ?? []),
        ...mailboxes
          .filter((email) => signature === null || !isSpent(signature, email))
          .flatMap(nameOfMailbox),
      ],
      jobTitles: [
        ...(title ? [fact(title, 'labelled', 'hints.job_title')] : []),
        ...(signed?.jobTitles ?? []),
      ],
      emails: [
        ...(given && mailboxes.includes(given.email) ? [fact(given.email, 'labelled', 'hints.email')] : []),
        ...(signed?.emails ?? []),
      ],
      phones: [...(phone ? [fact(phone, 'labelled', 'hints.phone')] : []), ...(signed?.phones ?? [])],
      linkedin: [
        ...(linkedin ? [fact(linkedin, 'labelled', 'hints.linkedin_url')] : []),
        ...(signed?.linkedin ?? []),
      ],
    },
    mailboxes,
    hasRoleMailbox: addresses.some(isRoleMailbox),
    signature,
  };
}

/** A signature is somebody else's when its name or all its addresses are. */
function isTheirs(
  { name, emails }: Signature,
  known: { names: readonly string[]; mailboxes: readonly string[] },
): boolean {
  const signed = name?.value.full_name;
  if (signed && known.names.length > 0) return known.names.some((each) => canBeOne(each, signed));
  if (emails.length === 0 || known.mailboxes.length === 0) return true;
  return emails.some(({ value }) => known.mailboxes.includes(value));
}

/** A signature's facts. One with several people's addresses does not say whose the numbers are. */
function factsOf(signature: Signature, mailboxes: readonly string[]): Evidence {
  const { name, isMarked, jobTitle, emails, phones, linkedin } = signature;
  const at = (line: number) => `signature, line ${line}`;
  const beside = [...mailboxes, ...emails.map(({ value }) => value)];
  const isAlone = new Set(emails.map(({ value }) => value)).size < 2;
  // A mailbox that fits says that it is a name, or a formula before it does; one that does not fit, that it is none.
  const isName =
    name !== null &&
    (beside.length === 0 ? isMarked : beside.some((email) => fitsMailbox(name.value.full_name, email)));
  return {
    names: name ? [fact(name.value, isName ? 'labelled' : 'placed', at(name.line))] : [],
    jobTitles: jobTitle
      ? [fact(jobTitle.value, jobTitle.saysJob ? 'labelled' : 'placed', at(jobTitle.line))]
      : [],
    emails: emails
      .filter(({ value }) => isAlone || mailboxes.includes(value))
      .map(({ value, line }) => fact(value, 'labelled', at(line))),
    phones: isAlone
      ? phones.map(({ isLabelled, line, ...phone }) =>
          fact(phone, isLabelled ? 'labelled' : 'placed', at(line)),
        )
      : [],
    linkedin: linkedin && isAlone ? [fact(linkedin.value, 'labelled', at(linkedin.line))] : [],
  };
}

/** A mailbox that was needed to know the signed name for one says nothing more about it. */
const isSpent = ({ name, isMarked }: Signature, email: string) =>
  name !== null && !isMarked && fitsMailbox(name.value.full_name, email);

/** `ada.lovelace@` hints at a name; nobody is named after it alone. */
function nameOfMailbox(email: string): Evidence['names'] {
  const words = email
    .replace(/@[^@]*$/, '')
    .replace(/\+.*$/, '')
    .split(/[._-]+/);
  const isName = words.length > 1 && words.every((word) => /^\p{L}+$/u.test(word));
  if (!isName || !words.some((word) => word.length > 1)) return [];
  const name = splitName(words.join(' '));
  return name ? [fact(name, 'placed', 'local part of an e-mail address', 'rule')] : [];
}
