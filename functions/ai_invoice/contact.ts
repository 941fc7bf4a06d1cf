import type { ContactAtom } from '../../shared/db/contact-atoms.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { foldText, nameKey } from '../../shared/domain/names.ts';
import { particles } from '../../shared/domain/person/name-words.ts';
import { readPhone } from '../../shared/domain/person/read-phone.ts';
import { isRoleMailbox } from '../../shared/domain/person/role-mailbox.ts';
import { splitName } from '../../shared/domain/person/split-name.ts';
import type { Fact } from './facts.ts';

/** Whom a side of the invoice names to be asked: a person, as they would be added, and how to reach them. */
export interface ContactDraft {
  full_name: string;
  first_name: string;
  last_name: string;
  /** Their own, never a shared mailbox. */
  email: string | null;
  phone: Extract<ContactAtom, { kind: 'phone' }> | null;
  /** How sure the name is, and who says it. */
  confidence: number;
  source: string;
}

const EMAIL = /^[^\s@]{1,64}@[\w-]+(?:\.[\w-]+)+$/;
const EMAIL_MAX = 254;

/**
 * The person whom a document names as the contact of one side; null when it names a department, a mailbox or the
 * company once more, or is not sure.
 */
export function contactOf(facts: Record<string, Fact>, side: 'supplier' | 'customer'): ContactDraft | null {
  const sure = (key: string) => {
    const fact = facts[`${side}.${key}`];
    return fact && fact.confidence >= CONFIDENCE_FILL ? fact : undefined;
  };
  const named = sure('contact_name');
  if (!named) return null;
  const written = String(named.value);
  const name = splitName(written);
  if (!name?.first_name || !name.last_name || !isWrittenAsName(written)) return null;
  // A trader whose firm is called like them is in the books as the firm.
  const firm = ['name', 'trading_name'].map((key) => facts[`${side}.${key}`]?.value ?? '');
  if (firm.some((each) => nameKey(String(each)) === nameKey(name.full_name))) return null;

  const email = String(sure('contact_email')?.value ?? '').trim();
  const country = String(facts[`${side}.country`]?.value ?? '').toUpperCase() || null;
  const phone = readPhone(String(sure('contact_phone')?.value ?? ''), country);
  const { confidence, source } = named;
  return {
    full_name: name.full_name,
    first_name: name.first_name,
    last_name: name.last_name,
    email: EMAIL.test(email) && email.length <= EMAIL_MAX && !isRoleMailbox(email) ? email : null,
    phone: phone && { kind: 'phone', value: phone.number, label: phone.label },
    confidence,
    source,
  };
}

/** Forms are filled with "not available" and "ask at the desk" too: words of a name begin with a capital. */
const isWrittenAsName = (text: string) =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .every((word) => /^['’"(]?\p{Lu}/u.test(word) || particles.has(foldText(word)));
