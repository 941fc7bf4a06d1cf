import { expect, test } from 'vitest';
import { contactOf } from '../../../functions/ai_invoice/contact.ts';
import type { Fact } from '../../../functions/ai_invoice/facts.ts';

const fact = (value: string, confidence = 1): Fact => ({ value, confidence, source: 'xml', evidence: 'x' });
const contact = (parts: Record<string, Fact>) =>
  contactOf(
    Object.fromEntries(Object.entries(parts).map(([key, value]) => [`supplier.${key}`, value])),
    'supplier',
  );

test('is the person who is named, with what is theirs', () => {
  const draft = contact({
    name: fact('Oak Mill GmbH'),
    country: fact('DE'),
    contact_name: fact('Frau Tanja von der Au', 0.8),
    contact_email: fact('t.au@oak.example'),
    contact_phone: fact('030 1234567'),
  });

  expect(draft).toEqual({
    full_name: 'Tanja von der Au',
    first_name: 'Tanja',
    last_name: 'von der Au',
    email: 't.au@oak.example',
    phone: { kind: 'phone', value: '+49301234567', label: 'work' },
    confidence: 0.8,
    source: 'xml',
  });
});

test.each([
  'Kundenservice',
  'Pressestelle',
  'nicht vorhanden',
  'Auskunft erteilt Ihnen',
  '[Seller contact person]',
  'SELLER_CONTACT_NAME',
  'Seller contact point',
  'Billing Team',
  'Oak Mill',
  'OAK MILL GMBH',
  'Sample Trading Ltd',
  'info@oak.example',
  'A3150bdn',
  'Tanja',
  '',
])('%j names nobody', (name) => {
  expect(contact({ name: fact('Oak Mill GmbH'), contact_name: fact(name) })).toBeNull();
});

test('is nobody on a guess', () => {
  expect(contact({ contact_name: fact('Tanja Feld', 0.6) })).toBeNull();
});

test.each(['rechnung@oak.example', 'info@oak.example', 'no-reply@oak.example', 'not an address'])(
  'does not get %j, which is nobody’s own',
  (email) => {
    expect(contact({ contact_name: fact('Tanja Feld'), contact_email: fact(email) })).toMatchObject({
      full_name: 'Tanja Feld',
      email: null,
    });
  },
);

test.each(['ask at the desk', '030 1234567', '0'])('does not get %j, which nobody could call', (phone) => {
  expect(contact({ contact_name: fact('Tanja Feld'), contact_phone: fact(phone) })?.phone).toBeNull();
});
