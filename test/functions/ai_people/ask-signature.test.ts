import { expect, test } from 'vitest';
import { addAnswer, missingFields } from '../../../functions/ai_people/ask-signature.ts';
import { gatherEvidence } from '../../../functions/ai_people/gather-evidence.ts';

const nothingOnFile = { name: null, jobTitle: null, phones: 0 };
const gather = (signature: string | null, addresses: string[] = []) =>
  gatherEvidence({ hints: { signature }, given: null, addresses, name: null, country: 'FR' });
const nothing = { full_name: null, job_title: null, phone: null };

test('a model is asked only for what a signature may still hold', () => {
  const read = 'Regards,\nAda Lovelace\nChief Engineer\nTel 01 23 45 67 89';

  expect(missingFields(gather(null), nothingOnFile)).toEqual([]);
  expect(missingFields(gather(read), nothingOnFile)).toEqual([]);
  expect(missingFields(gather('Ada Lovelace\nEnchantress\n01 23 45 67 89'), nothingOnFile)).toEqual([
    'full_name',
    'job_title',
    'phone',
  ]);
  expect(
    missingFields(gather('Ada Lovelace'), { name: 'Ada Lovelace', jobTitle: 'Countess', phones: 1 }),
  ).toEqual([]);
});

test('an answer that does not stand in the text is never sure enough to be written', () => {
  const gathered = gather('Ada Lovelace\nEnchantress');
  const answer = { ...nothing, full_name: 'Eve King', job_title: 'Enchantress' };

  const { names, jobTitles } = addAnswer(gathered, answer, ['full_name', 'job_title']);

  expect(names.at(-1)).toMatchObject({ value: { full_name: 'Eve King' }, confidence: 0.6, source: 'model' });
  expect(jobTitles.at(-1)).toMatchObject({ value: 'Enchantress', confidence: 0.75 });
});

test('a name of the text that the mailbox does not fit is not sure enough either', () => {
  const gathered = gather('Analytical Works\neve@firm.example', ['eve@firm.example']);

  const { names } = addAnswer(gathered, { ...nothing, full_name: 'Analytical Works' }, ['full_name']);

  expect(names.at(-1)?.confidence).toBe(0.6);
});

test('a model may say whose a number is, and add none', () => {
  const gathered = gather('Ada Lovelace\n01 23 45 67 89\nFax 01 23 45 67 80');
  const phones = (phone: string) => addAnswer(gathered, { ...nothing, phone }, ['phone']).phones;

  expect(phones('01 23 45 67 89').at(-1)).toMatchObject({
    value: { number: '+33123456789' },
    confidence: 0.75,
  });
  expect(phones('01 23 45 67 80')).toEqual(gathered.evidence.phones);
});

test('what nobody asked for is dropped', () => {
  const gathered = gather('Ada Lovelace\nEnchantress');

  expect(addAnswer(gathered, { full_name: 'Ada Lovelace', job_title: 'X', phone: '1' }, [])).toEqual(
    gathered.evidence,
  );
});
