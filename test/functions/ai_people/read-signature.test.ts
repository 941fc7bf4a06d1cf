import { describe, expect, test } from 'vitest';
import { readSignature } from '../../../functions/ai_people/read-signature.ts';

const read = (...lines: string[]) => {
  const { name, jobTitle, emails, phones, linkedin, isMarked } = readSignature(lines.join('\n'), 'FR');
  return {
    name: name?.value.full_name ?? null,
    job: jobTitle?.value ?? null,
    emails: emails.map(({ value }) => value),
    phones: phones.map(({ number, label, isLabelled }) => [number, label, isLabelled]),
    linkedin: linkedin?.value ?? null,
    isMarked,
  };
};

test('a whole signature is read', () => {
  expect(
    read(
      'Hello,',
      'the figures are attached.',
      'Best regards,',
      '',
      'Ada LOVELACE',
      'Head of Engines | Analytical Works Ltd',
      'Tel: 01 23 45 67 89 / Mob. +33 6 12 34 56 78',
      'Fax: 01 23 45 67 80',
      'ada@analytical.example | billing@analytical.example',
      'www.linkedin.com/in/Ada-Lovelace-1815/',
    ),
  ).toEqual({
    name: 'Ada Lovelace',
    job: 'Head of Engines',
    emails: ['ada@analytical.example'],
    phones: [
      ['+33123456789', 'work', true],
      ['+33612345678', 'mobile', true],
    ],
    linkedin: 'https://www.linkedin.com/in/ada-lovelace-1815',
    isMarked: true,
  });
});

describe('the name', () => {
  test.each([
    [['Ada Lovelace, Chief Engineer', 'Analytical Works'], 'Ada Lovelace', 'Chief Engineer'],
    [['Ada Lovelace – CTO'], 'Ada Lovelace', 'CTO'],
    [['Mme Marie DUPONT', 'Directrice financière'], 'Marie Dupont', 'Directrice financière'],
    [['Mit freundlichen Grüßen', 'Jürgen Müller', 'Leiter Einkauf'], 'Jürgen Müller', 'Leiter Einkauf'],
    [['Mit freundlichen Grüßen', 'i.A. Sabine Fiktiv', 'Buchhaltung'], 'Sabine Fiktiv', null],
    [['Cordialement, Jean de La Tour'], 'Jean de La Tour', null],
    [['Analytical Works Ltd', 'Ada Lovelace'], 'Ada Lovelace', null],
    [['--', '王小明', 'CEO'], '王小明', 'CEO'],
    [['Ada Lovelace', 'Enchantress of numbers'], 'Ada Lovelace', 'Enchantress of numbers'],
  ])('of %j stands before what they do', (lines, name, job) => {
    expect(read(...lines)).toMatchObject({ name, job });
  });

  test.each([
    [['please call me back']],
    [['Dear Ada Lovelace', 'thank you for your letter']],
    [['Analytical Works GmbH', 'Musterweg 1', '12345 Berlin']],
    [['Billing Team', 'Analytical Works Ltd']],
    [['Sent from my phone']],
    [['']],
  ])('is not found in %j', (lines) => {
    expect(read(...lines).name).toBeNull();
  });

  test.each([
    'From: Charles Babbage <charles@babbage.example>',
    '> Charles Babbage',
    '-----Original Message-----',
    'On Mon, 2 Mar 2026 at 10:12, Charles Babbage wrote:',
    'Le lun. 2 mars 2026 à 10:12, Charles Babbage a écrit :',
    'Am 02.03.2026 schrieb Charles Babbage:',
  ])('of an answered mail is left out: %s', (quote) => {
    expect(read('Ada Lovelace', quote, 'Charles Babbage', '+33 6 12 34 56 78')).toMatchObject({
      name: 'Ada Lovelace',
      job: null,
      phones: [],
    });
  });
});

describe('a number', () => {
  test.each([
    ['+44 20 7946 0958', [['+442079460958', 'work', true]]],
    ['0044 20 7946 0958', [['+442079460958', 'work', true]]],
    ['Direkt 01 23 45 67 89 - Fax 01 23 45 67 80', [['+33123456789', 'work', true]]],
    ['06.12.34.56.78', [['+33612345678', 'mobile', false]]],
    ['SIREN 732 829 320', [['+33732829320', 'mobile', false]]],
    ['Standard : 01 23 45 67 89', []],
    ['Télécopie 01 23 45 67 89', []],
    ['TVA FR 40 303 265 045', []],
    ['75009 Paris', []],
    ['+1 555 0100', []],
  ])('in %j', (line, phones) => {
    expect(read('Ada Lovelace', line).phones).toEqual(phones);
  });
});

test('pages of companies on LinkedIn are nobody', () => {
  expect(read('https://www.linkedin.com/company/analytical').linkedin).toBeNull();
  expect(read('https://linkedin.com.evil.example/in/ada').linkedin).toBeNull();
});
