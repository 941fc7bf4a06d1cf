import { expect, test } from 'vitest';
import { readContacts } from '../../../../../shared/extraction/invoice/text/read-contact.ts';
import { sheetOf } from '../../../../../shared/extraction/invoice/text/sheet.ts';
import { documentText } from '../../../../support/document-text.ts';

const contactsOn = (page: string) => {
  const { supplier, customer } = readContacts(sheetOf(documentText(page)));
  const values = (contact: typeof supplier) =>
    contact && [contact.name.value, contact.email?.value ?? null, contact.phone?.value ?? null];
  return { supplier: values(supplier), customer: values(customer) };
};

test.each([
  ['Ansprechpartner:          Tanja Feld', ['Tanja Feld', null, null]],
  [
    'Ihre Ansprechpartnerin: Tanja von der Au, Tel. 030 / 1234567',
    ['Tanja von der Au', null, '030 / 1234567'],
  ],
  ['Votre contact : Zoé Lemaire', ['Zoé Lemaire', null, null]],
  ['Contact: Ann Hill (ann.hill@oak.example)', ['Ann Hill', 'ann.hill@oak.example', null]],
  ['Contact person\nAnn Hill', ['Ann Hill', null, null]],
  ['Contactpersoon:   Dhr. J Blok', ['Dhr. J Blok', null, null]],
])('%j names somebody', (page, supplier) => {
  expect(contactsOn(page)).toEqual({ supplier, customer: undefined });
});

test('the lines below in its columns are theirs', () => {
  const page =
    'Oak Mill GmbH            Ansprechpartner:   Tanja Feld\n' +
    'info@oak.example         Telefon:           +49 30 1234567\n' +
    'Berlin                   E-Mail:            t.feld@oak.example\n';

  expect(contactsOn(page).supplier).toEqual(['Tanja Feld', 't.feld@oak.example', '+49 30 1234567']);
});

test.each([
  'Contact: info@oak.example',
  'Ansprechpartner: nicht vorhanden',
  'Contact person: Oak Mill Ltd',
  'Contact us for questions about Your Order',
  'Kontakt: 030 1234567',
  'Interlocuteur : Comptabilité',
  'Tanja Feld',
])('%j names nobody', (page) => {
  expect(contactsOn(page)).toEqual({ supplier: undefined, customer: undefined });
});

test('whom the block of the customer names is the customer’s', () => {
  const page = 'Bill to:\nSample Trading Ltd\nContact person: Ann Hill\n12 High Road\n';

  expect(contactsOn(page)).toEqual({ supplier: undefined, customer: ['Ann Hill', null, null] });
});
