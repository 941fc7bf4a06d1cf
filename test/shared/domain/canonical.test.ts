import { expect, test } from 'vitest';
import {
  canonicalDomain,
  canonicalLegalName,
  canonicalNumber,
  companyDomain,
} from '../../../shared/domain/canonical.ts';

test.each([
  ['Müster & Söhne GmbH', 'Muster Soehne G.m.b.H.'],
  ['Société Générique SARL', 'SOCIETE GENERIQUE'],
])('%s and %s are one name', (left, right) => {
  expect(canonicalLegalName(left)).toBe(canonicalLegalName(right));
});

test('a name of other words is another name', () => {
  expect(canonicalLegalName('Nord Handel GmbH')).not.toBe(canonicalLegalName('Süd Handel GmbH'));
});

test('numbers lose their separators', () => {
  expect(canonicalNumber(' fr 83.404 833-048 ')).toBe('FR83404833048');
  expect(canonicalNumber('--')).toBeNull();
});

test.each([
  ['https://www.shop.example.co.uk/x?y', 'example.co.uk'],
  ['Billing@Mail.Example.com', 'example.com'],
  ['localhost', null],
  ['192.0.2.7', null],
])('the domain of %s is %s', (text, domain) => {
  expect(canonicalDomain(text)).toBe(domain);
});

test('a mail host for everybody is no company', () => {
  expect(companyDomain('someone@gmail.com')).toBeNull();
  expect(companyDomain('example.com')).toBeNull();
  expect(companyDomain('billing@example.com')).toBe('example.com');
});
