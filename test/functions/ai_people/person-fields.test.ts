import { describe, expect, test } from 'vitest';
import type { Chosen } from '../../../functions/ai_people/choose-fields.ts';
import { fieldStates, withFullName } from '../../../functions/ai_people/person-fields.ts';
import { decideWrites } from '../../../shared/domain/field-writes.ts';
import { splitName } from '../../../shared/domain/person/split-name.ts';

const emails = ['ada@firm.example'];
const personOf = (full_name: string, first_name: string, last_name: string) => ({
  ...{ pk: 1, person_id: '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11', job_title: null },
  ...{ full_name, first_name, last_name },
});
const chosenOf = (name: string | null, confidence: number): Chosen => {
  const value = name === null ? null : splitName(name);
  return {
    name: value && { value, confidence, source: 'text', evidence: 'hints.full_name' },
    ...{ jobTitle: null, linkedin: null, emails: [], phones: [] },
  };
};

/** What is written and asked when the evidence names this person. */
const decide = (person: ReturnType<typeof personOf>, name: string | null, confidence = 0.8) => {
  const states = fieldStates(
    person,
    { chosen: chosenOf(name, confidence), emails, setBy: new Map() },
    () => true,
  );
  const { write, conflicts } = decideWrites(states);
  const values = Object.fromEntries(write.map(({ field, value }) => [field, String(value)]));
  return {
    write: withFullName(person, values),
    asks: Object.fromEntries(conflicts.map(({ field, proposed }) => [field, proposed])),
  };
};
const named = { full_name: 'Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace' };

describe('a name is written', () => {
  test.each([
    ['over the local part', personOf('ada', 'ada', ''), named],
    ['over the address', personOf('Ada@Firm.example', '', ''), named],
    ['over nothing', personOf('', '', ''), named],
    ['beside a first name', personOf('ada@firm.example', 'Augusta Ada', ''), {}],
    [
      'beside its first name',
      personOf('ada@firm.example', 'Ada', ''),
      { full_name: 'Ada Lovelace', last_name: 'Lovelace' },
    ],
    [
      'to complete half a name',
      personOf('Lovelace', '', 'Lovelace'),
      { first_name: 'Ada', full_name: 'Ada Lovelace' },
    ],
    ['not over a name', personOf('Eve King', 'Eve', 'King'), {}],
    ['not over the same name', personOf('A. Lovelace', 'A.', 'Lovelace'), {}],
  ])('%s', (_, person, written) => {
    expect(decide(person, 'Ada Lovelace').write).toEqual(written);
  });

  test('into empty parts, from the full name on file', () => {
    expect(decide(personOf('Eve KING', '', ''), null).write).toEqual({
      first_name: 'Eve',
      last_name: 'King',
    });
  });

  test('whole where nothing tells its parts', () => {
    expect(decide(personOf('ada', '', ''), 'Wang Xiaoming').write).toEqual({ full_name: 'Wang Xiaoming' });
  });

  test('never on a guess', () => {
    expect(decide(personOf('ada', 'ada', ''), 'Ada Lovelace', 0.5).write).toEqual({});
  });
});

describe('somebody else’s name is asked about', () => {
  test('by its parts, which the full name follows', () => {
    const person = personOf('Ada King', 'Ada', 'King');
    const { write, asks } = decide(person, 'Ada Lovelace', 0.9);

    expect(write).toEqual({});
    expect(asks).toEqual({ last_name: 'Lovelace' });
    expect(withFullName(person, { last_name: 'Lovelace' })).toEqual({
      last_name: 'Lovelace',
      full_name: 'Ada Lovelace',
    });
  });

  test('in full where there are no parts', () => {
    expect(decide(personOf('Eve King', '', ''), 'Ada Lovelace', 0.9)).toEqual({
      write: {},
      asks: { full_name: 'Ada Lovelace' },
    });
  });
});

test('a full name that is not its parts stays', () => {
  const person = personOf('The Countess of Lovelace', 'Ada', 'King');

  expect(withFullName(person, { last_name: 'Lovelace' })).toEqual({ last_name: 'Lovelace' });
});
