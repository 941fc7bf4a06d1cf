import type { ContactRow } from '../../shared/db/contact-atoms.ts';
import type { EnrichablePersonField, PersonRow } from '../../shared/db/peoples.ts';
import type { FieldState, SetBy } from '../../shared/domain/field-writes.ts';
import { type PersonName, splitName } from '../../shared/domain/person/split-name.ts';
import { confidenceOf } from '../../shared/extraction/invoice/confidence.ts';
import type { Chosen } from './choose-fields.ts';
import type { Fact } from './facts.ts';
import { canBeOne } from './same-person.ts';

/** Fields that `target_fields` may name; a name is one field, whichever of its columns is named. */
export type PersonTarget = EnrichablePersonField | 'emails' | 'phones' | 'web_links' | 'companies';

/** Whether nobody has said how a person is called: nothing stands there, or their e-mail address, or its local part. */
export const isPlaceholder = (name: string, emails: readonly string[]): boolean => {
  const said = name.trim().toLowerCase();
  return said === '' || emails.some((email) => said === email || said === email.replace(/@[^@]*$/, ''));
};

/** The name on file as far as somebody said it; null where a placeholder stands. */
export function nameOnFile(
  { full_name, first_name, last_name }: Pick<PersonRow, NameField>,
  emails: readonly string[],
): string | null {
  if (!isPlaceholder(full_name, emails)) return full_name;
  const said = [first_name, last_name].filter((part) => !isPlaceholder(part, emails));
  return said.length > 0 ? said.join(' ') : null;
}

/** What may become of the columns of a person, for `decideWrites`. */
export function fieldStates(
  person: PersonRow,
  { chosen, emails, setBy }: { chosen: Chosen; emails: readonly string[]; setBy: ReadonlyMap<string, SetBy> },
  wants: (field: PersonTarget) => boolean,
): FieldState[] {
  const { jobTitle } = chosen;
  const titles: FieldState[] =
    jobTitle && wants('job_title')
      ? [
          {
            field: 'job_title',
            current: person.job_title,
            setBy: setBy.get('job_title') ?? null,
            proposal: jobTitle,
          },
        ]
      : [];
  const wantsName = nameFields.some(wants);
  return wantsName ? [...nameStates(person, chosen.name, emails), ...titles] : titles;
}

const nameFields = ['first_name', 'last_name', 'full_name'] as const;
type NameField = (typeof nameFields)[number];

/**
 * Names are written where a placeholder stands. A name that is there counts as a person's, whoever wrote it: it is
 * asked about when the evidence names somebody else. The full name follows its parts, see `withFullName`.
 */
function nameStates(person: PersonRow, chosen: Chosen['name'], emails: readonly string[]): FieldState[] {
  const isEmpty = (field: NameField) => isPlaceholder(person[field], emails);
  const statesOf = (name: Fact<PersonName> | null, fields: readonly NameField[]): FieldState[] =>
    fields.flatMap((field) => {
      const value = name?.value[field] ?? null;
      const current = isEmpty(field) ? null : person[field];
      // Ada's mailbox may be ada@: her first name is no placeholder for that.
      const isRight =
        field !== 'full_name' && /\p{Lu}/u.test(person[field]) && canBeOne(person[field], value ?? '');
      return name && value !== null && !isRight
        ? [{ field, current, setBy: null, proposal: { ...proposalOf(name), value } }]
        : [];
    });

  const onFile = nameOnFile(person, emails);
  if (onFile === null) return statesOf(chosen, nameFields);
  if (chosen && !canBeOne(onFile, chosen.value.full_name)) {
    const standing = parts.filter((field) => !isEmpty(field));
    return standing.length > 0 && chosen.value.last_name !== null
      ? statesOf(chosen, standing)
      : statesOf(chosen, isEmpty('full_name') ? [] : ['full_name']);
  }
  if (isEmpty('full_name')) return statesOf(chosen, nameFields.filter(isEmpty));
  if (partsJoined(person) === person.full_name) return statesOf(chosen, parts.filter(isEmpty));
  return statesOf(splitOnFile(onFile), parts.filter(isEmpty));
}

const parts = ['first_name', 'last_name'] as const;

const partsJoined = ({ first_name, last_name }: Pick<PersonRow, 'first_name' | 'last_name'>) =>
  [first_name, last_name].filter((part) => part !== '').join(' ');

const proposalOf = ({ confidence, source }: Fact<unknown>) => ({ confidence, source });

function splitOnFile(name: string): Fact<PersonName> | null {
  const value = splitName(name);
  const confidence = confidenceOf({ basis: 'labelled' });
  return value && { value, confidence, source: 'rule', evidence: 'the full name on file' };
}

type Values = Partial<Record<EnrichablePersonField, string>>;

/** A full name that is its parts joined changes with them. */
export const withFullName = (person: PersonRow, values: Values): Values => {
  const isWritten = parts.some((field) => values[field] !== undefined);
  return isWritten && values.full_name === undefined && person.full_name === partsJoined(person)
    ? { ...values, full_name: partsJoined({ ...person, ...values }) }
    : values;
};

/** Addresses as they are compared. */
export const addressesOf = (rows: readonly Pick<ContactRow, 'value'>[]): string[] =>
  rows.map(({ value }) => value.toLowerCase());
