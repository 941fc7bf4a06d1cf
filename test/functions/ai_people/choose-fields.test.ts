import { describe, expect, test } from 'vitest';
import { chooseFields } from '../../../functions/ai_people/choose-fields.ts';
import { gatherEvidence } from '../../../functions/ai_people/gather-evidence.ts';
import { readAddress } from '../../../functions/ai_people/read-address.ts';
import type { PersonHints } from '../../../functions/ai_people/schema.ts';

/** What is chosen from these hints, for somebody with these addresses on file. */
const choose = (hints: PersonHints, { emails = [] as string[], name = null as string | null } = {}) => {
  const given = hints.email ? readAddress(hints.email) : null;
  const addresses = given ? [...emails, given.email] : emails;
  return chooseFields(gatherEvidence({ hints, given, addresses, name, country: 'FR' }).evidence);
};
const nameOf = (...parts: Parameters<typeof choose>) => {
  const { name } = choose(...parts);
  return name && [name.value.full_name, name.confidence];
};
const signed = (...lines: string[]) => ({ signature: lines.join('\n') });

describe('a name', () => {
  test.each([
    ['is given', { full_name: 'LOVELACE Ada' }, ['Ada Lovelace', 0.8]],
    ['stands beside an address', { email: '"Lovelace, Ada" <al@firm.example>' }, ['Ada Lovelace', 0.8]],
    [
      'is given and stands beside an address',
      { full_name: 'Ada Lovelace', email: 'Ada Lovelace <al@firm.example>' },
      ['Ada Lovelace', 0.9],
    ],
    ['is a mailbox alone', { email: 'ada.lovelace@firm.example' }, ['Ada Lovelace', 0.5]],
    [
      'is given and fits the mailbox',
      { full_name: 'A. Lovelace', email: 'ada.lovelace@firm.example' },
      ['A. Lovelace', 0.9],
    ],
    ['is signed after a formula', signed('Regards,', 'Ada Lovelace'), ['Ada Lovelace', 0.8]],
    [
      'is signed after a formula and fits the mailbox',
      { email: 'ada.lovelace@firm.example', ...signed('Regards,', 'Ada Lovelace') },
      ['Ada Lovelace', 0.9],
    ],
    [
      'is known for one by the mailbox alone',
      { email: 'ada.lovelace@firm.example', ...signed('Ada Lovelace') },
      ['Ada Lovelace', 0.8],
    ],
    ['stands at the top of a block', signed('Ada Lovelace'), ['Ada Lovelace', 0.5]],
    [
      'is signed beside an address that fits',
      signed('Ada Lovelace', 'al.lovelace@firm.example'),
      ['Ada Lovelace', 0.8],
    ],
    [
      'is the fullest of two that agree',
      { full_name: 'A. Lovelace', ...signed('Regards,', 'Ada B. Lovelace') },
      ['Ada B. Lovelace', 0.9],
    ],
    [
      'is open where two sure sources name two people',
      { full_name: 'Ada Lovelace', email: 'Eve King <x@firm.example>' },
      ['Ada Lovelace', 0.6],
    ],
    ['is no company', { full_name: 'Lovelace GmbH' }, null],
    ['is no shared mailbox', { email: 'billing@firm.example' }, null],
  ])('that %s', (_, hints, expected) => {
    expect(nameOf(hints)).toEqual(expected);
  });

  test('that does not fit the mailbox is no more than a guess', () => {
    const company = signed('Regards,', 'Analytical Works');

    expect(nameOf(company, { emails: ['eve@firm.example'] })).toEqual(['Analytical Works', 0.5]);
  });
});

describe('a signature', () => {
  const block = signed('Eve King', 'Head of Sales', '+33 6 12 34 56 78', 'eve@firm.example');

  test('of somebody else says nothing', () => {
    const nothing = { jobTitle: null, emails: [], phones: [] };

    expect(choose(block, { emails: ['ada@firm.example'] })).toMatchObject(nothing);
    expect(choose(block, { name: 'Ada Lovelace' })).toMatchObject(nothing);
    expect(choose({ ...block, full_name: 'Ada Lovelace' })).toMatchObject(nothing);
  });

  test('of the person says what they do and how to reach them', () => {
    const chosen = choose(block, { emails: ['eve@firm.example'] });

    expect(chosen).toMatchObject({
      name: { value: { full_name: 'Eve King' }, confidence: 0.8 },
      jobTitle: { value: 'Head of Sales', confidence: 0.8, source: 'text', evidence: 'signature, line 2' },
      emails: [{ value: 'eve@firm.example' }],
      phones: [{ value: { number: '+33612345678', label: 'mobile' }, confidence: 0.8 }],
    });
  });

  test('with the addresses of two people does not say whose the numbers are', () => {
    const both = signed('Eve King', 'eve@firm.example', 'ada@firm.example', '+33 6 12 34 56 78');

    expect(choose(both, { emails: ['eve@firm.example'] })).toMatchObject({
      emails: [{ value: 'eve@firm.example' }],
      phones: [],
    });
  });
});

test('what is given is a value of its kind, or nothing', () => {
  expect(
    choose({ phone: '01 23 45 67 89', linkedin_url: 'linkedin.com/in/Ada', job_title: ' Chief  Engineer ' }),
  ).toMatchObject({
    phones: [{ value: { number: '+33123456789', label: 'work' } }],
    linkedin: { value: 'https://www.linkedin.com/in/ada' },
    jobTitle: { value: 'Chief Engineer' },
  });
  expect(choose({ phone: '123', linkedin_url: 'https://linkedin.com/company/firm', job_title: ' ' })).toEqual(
    {
      ...{ name: null, jobTitle: null, linkedin: null },
      ...{ emails: [], phones: [] },
    },
  );
});

test('a long job title ends at a word', () => {
  const title = choose({ job_title: `${'Director '.repeat(20)}` }).jobTitle?.value ?? '';

  expect(title).toBe('Director '.repeat(11).trim());
});
