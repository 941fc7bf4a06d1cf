import { expect, test } from 'vitest';
import { findAddress, findEmails, findPhones } from '../../../../shared/extraction/site/contact-details.ts';
import { legalFormIn } from '../../../../shared/extraction/site/legal-forms.ts';
import { readLegalNames } from '../../../../shared/extraction/site/legal-name.ts';
import { readLegalNumbers, vatFitsSiren } from '../../../../shared/extraction/site/legal-numbers.ts';
import { ownPart } from '../../../../shared/extraction/site/own-part.ts';

// Numbers are made up so that their checksums agree.
interface Notice {
  country: string;
  lines: string[];
  names: [string, string | null][];
  vat: string[];
  registered: [string, string | null, boolean][];
  failed?: string[];
  address: Record<string, string | null> | null;
  emails?: string[];
  phones?: string[];
}

const notices: Record<string, Notice> = {
  'a French notice in sentences, whose host is another company': {
    country: 'FR',
    lines: [
      'Mentions légales',
      'Le site www.marlow.example est édité par la société Marlow Studio, SAS au capital de 10 000 €, immatriculée au RCS de Lyon sous le numéro 900 000 001, dont le siège social est situé 12 rue des Fictions, 69001 Lyon.',
      'TVA intracommunautaire : FR68 900000001',
      'Téléphone : 04 72 00 00 00 – Fax : 04 72 00 00 01',
      'Courriel : contact@marlow.example',
      'Hébergeur',
      'Nuage Imaginaire SAS, 2 rue du Serveur, 59100 Roubaix, RCS Lille 911 111 102',
    ],
    names: [['Marlow Studio', 'SAS']],
    vat: ['FR68900000001'],
    registered: [['900000001', 'RCS Lyon', true]],
    address: { street: '12 rue des Fictions', city: 'Lyon', postal_code: '69001' },
    emails: ['contact@marlow.example'],
    phones: ['+33472000000'],
  },
  'a French notice in labels, with everything about its host in one line': {
    country: 'FR',
    lines: [
      'Raison sociale : ATELIER DES BRUMES SARL',
      'SIRET : 90000000100009',
      'Adresse : 3 bis avenue Feinte, 75011 Paris Hébergement : Nuage SAS RCS Lille 911 111 102',
    ],
    names: [['ATELIER DES BRUMES SARL', 'SARL']],
    vat: [],
    registered: [['900000001', null, true]],
    address: { street: '3 bis avenue Feinte', city: 'Paris', postal_code: '75011' },
  },
  'a German notice in short lines, with its designer below': {
    country: 'DE',
    lines: [
      'Impressum',
      'Angaben gemäß § 5 TMG',
      'Nordlicht Fiktiv GmbH',
      'Musterstraße 12',
      '20095 Hamburg',
      'Telefon: 040 1234567',
      'Telefax: 040 1234568',
      'E-Mail: info [at] nordlicht.example',
      'Registergericht: Amtsgericht Hamburg',
      'Registernummer: HRB 123456',
      'Umsatzsteuer-Identifikationsnummer gemäß § 27 a Umsatzsteuergesetz:',
      'DE999999903',
      'Gestaltung',
      'Pixel Erfunden GmbH, USt-IdNr. DE999999807',
    ],
    names: [['Nordlicht Fiktiv GmbH', 'GmbH']],
    vat: ['DE999999903'],
    registered: [['HRB 123456', 'Amtsgericht Hamburg', false]],
    address: { street: 'Musterstraße 12', city: 'Hamburg', postal_code: '20095' },
    emails: ['info@nordlicht.example'],
    phones: ['+49401234567'],
  },
  'a British notice': {
    country: 'GB',
    lines: [
      'Fictional Kettles Ltd is a company registered in England and Wales with company number 01234567.',
      'Registered office: 10 Imaginary Lane, London EC1A 1BB',
      'VAT number: GB 9999 999 18',
      'Phone +44 20 7946 0018',
    ],
    names: [['Fictional Kettles Ltd', 'Ltd']],
    vat: ['GB999999918'],
    registered: [['01234567', 'Companies House', false]],
    address: { street: '10 Imaginary Lane', city: 'London', postal_code: 'EC1A 1BB' },
    phones: ['+442079460018'],
  },
  'an Italian notice with a VAT number in its national form': {
    country: 'IT',
    lines: [
      'Ragione sociale: Fantasia Ceramiche S.r.l.',
      'Sede legale: Via Immaginaria 5, 40121 Bologna',
      'P.IVA 99999999990 - REA BO-123456',
    ],
    names: [['Fantasia Ceramiche S.r.l.', 'Srl']],
    vat: ['IT99999999990'],
    registered: [['BO-123456', 'REA', false]],
    address: { street: 'Via Immaginaria 5', city: 'Bologna', postal_code: '40121' },
  },
  'a Spanish notice': {
    country: 'ES',
    lines: [
      'Titular: Cerámica Ficticia, S.L.',
      'NIF: B99999997',
      'Domicilio: Calle Inventada 7, 28001 Madrid',
      'Registro Mercantil de Madrid, Tomo 1, Folio 2, Hoja M-123456',
    ],
    names: [['Cerámica Ficticia, S.L.', 'SL']],
    vat: ['ESB99999997'],
    registered: [['M-123456', 'Registro Mercantil de Madrid', false]],
    address: { street: 'Calle Inventada 7', city: 'Madrid', postal_code: '28001' },
  },
  'numbers whose checksums fail': {
    country: 'DE',
    lines: ['Impressum', 'Erfunden AG', 'USt-IdNr.: DE999999904', 'SIREN : 900 000 002'],
    names: [['Erfunden AG', 'AG']],
    vat: [],
    registered: [],
    failed: ['DE999999904', '900000002'],
    address: null,
  },
};

test.each(Object.entries(notices))('%s', (_what, { country, lines, ...expected }) => {
  const own = ownPart(lines);

  const { vat_ids, registrations, failed } = readLegalNumbers(own);

  expect(readLegalNames(own).map(({ value, legal_form }) => [value, legal_form])).toEqual(
    expect.arrayContaining(expected.names),
  );
  expect(vat_ids.filter(({ proved }) => proved).map(({ value }) => value)).toEqual(expected.vat);
  expect(registrations.map(({ value, registry, proved }) => [value, registry, proved])).toEqual(
    expected.registered,
  );
  expect(failed.map(({ value }) => value)).toEqual(expected.failed ?? []);
  if (expected.address) expect(findAddress(own)).toMatchObject(expected.address);
  else expect(findAddress(own)).toBeNull();
  expect(findEmails(own)).toEqual(expected.emails ?? []);
  expect(findPhones(own, country)).toEqual(expected.phones ?? []);
});

test('a French VAT number carries the SIREN of its company', () => {
  expect(vatFitsSiren('FR68900000001', '900000001')).toBe(true);
  expect(vatFitsSiren('FR68900000001', '911111102')).toBe(false);
});

test.each([
  ['Marlow Studio S.A.S.', 'SAS'],
  ['Nordlicht GmbH & Co. KG', 'GmbH & Co. KG'],
  ['société par actions simplifiée', 'SAS'],
  ['Kettles plc', 'PLC'],
  ['Sassy Sandals', null],
])('the legal form of %s is %s', (name, form) => {
  expect(legalFormIn(name)).toBe(form);
});

test('lines made to keep patterns busy are read to their end', () => {
  const hostile = [
    '1 '.repeat(500),
    'RCS '.repeat(250),
    'a@'.repeat(500),
    'Rue '.repeat(250),
    `12345 ${'Ab '.repeat(330)}`,
    'X GmbH is a '.repeat(80),
  ];

  const read = [
    ...readLegalNumbers(hostile).vat_ids,
    ...readLegalNames(hostile),
    ...findEmails(hostile),
    ...findPhones(hostile, 'FR'),
    findAddress(hostile),
  ];

  expect(read.filter(Boolean)).toEqual([]);
});
