import { expect, test } from 'vitest';
import { canBeOne, fitsMailbox } from '../../../functions/ai_people/same-person.ts';

test.each([
  ['Ada Lovelace', 'LOVELACE Ada', true],
  ['Ada Lovelace', 'A. Lovelace', true],
  ['Ada Lovelace', 'Ada B. Lovelace', true],
  ['Ada Lovelace', 'Ada', true],
  ['Jürgen Müller', 'Juergen Mueller', true],
  ['Ada Lovelace', 'Ada King', false],
  ['Ada Lovelace', 'Eve Lovelace', false],
  ['Ada Lovelace', 'A. L.', false],
  ['Ada Lovelace', '', false],
])('%s and %s: %s', (left, right, expected) => {
  expect(canBeOne(left, right)).toBe(expected);
  expect(canBeOne(right, left)).toBe(expected);
});

test.each([
  ['Ada Lovelace', 'ada@firm.example', true],
  ['Ada Lovelace', 'alovelace@firm.example', true],
  ['Ada Lovelace', 'lovelace.a@firm.example', true],
  ['Ada Lovelace', 'ada1815@firm.example', true],
  ['Jürgen Müller', 'mueller@firm.example', true],
  ['Ada Lovelace', 'eve@firm.example', false],
  ['Analytical Works', 'ada@analytical.example', false],
])('the mailbox of %s can be %s: %s', (name, email, expected) => {
  expect(fitsMailbox(name, email)).toBe(expected);
});
