import { expect, test } from 'vitest';
import { findAddresses, readAddress } from '../../../functions/ai_people/read-address.ts';

test.each([
  ['ada@firm.example', 'ada@firm.example', null],
  ['Ada@Firm.Example', 'ada@firm.example', null],
  ['mailto:ada@firm.example', 'ada@firm.example', null],
  ['"Lovelace, Ada" <ada@firm.example>', 'ada@firm.example', 'Ada Lovelace'],
  ['Ada Lovelace <ada@firm.example>', 'ada@firm.example', 'Ada Lovelace'],
  ["'Ada Lovelace' <ada@firm.example>", 'ada@firm.example', 'Ada Lovelace'],
  ['"Ada Lovelace | Firm" <ada@firm.example>', 'ada@firm.example', 'Ada Lovelace'],
  ['"Ada Lovelace via Documents" <ada@firm.example>', 'ada@firm.example', 'Ada Lovelace'],
  ['"Firm GmbH" <ada@firm.example>', 'ada@firm.example', null],
  ['"Customer Support" <ada@firm.example>', 'ada@firm.example', null],
  ['"ada@firm.example" <ada@firm.example>', 'ada@firm.example', null],
])('%s is read', (text, email, name) => {
  const read = readAddress(text);

  expect(read?.email).toBe(email);
  expect(read?.name?.full_name ?? null).toBe(name);
});

test.each([
  '',
  'Ada',
  'ada@firm',
  'ada@firm.example, eve@firm.example',
  '"a b"@firm.example',
  'x@'.padEnd(600, 'y'),
])('%j is no address', (text) => {
  expect(readAddress(text)).toBeNull();
});

test('addresses are found within a line', () => {
  expect(findAddresses('E: <Ada@firm.example>; eve@firm.example.')).toEqual([
    'ada@firm.example',
    'eve@firm.example',
  ]);
});
