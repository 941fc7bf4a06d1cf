import { expect, test } from 'vitest';
import type { RegistryQuestion } from '../../../shared/registry/company-registry.ts';
import { openRegistries } from '../../../shared/registry/open-registries.ts';
import { WebError } from '../../../shared/web/web.ts';
import { type FakeAnswer, fakeWeb } from '../../support/web.ts';

const VIES = 'https://vies.test/rest-api';
const FRENCH = 'https://companies.test';
const urls = { VIES_URL: `${VIES}/`, FRENCH_COMPANIES_URL: FRENCH };

const question = (parts: Partial<RegistryQuestion>): RegistryQuestion => ({
  vat_id: null,
  registered_value: null,
  name: null,
  country: null,
  signal: new AbortController().signal,
  ...parts,
});

const ask = async (
  register: string,
  parts: Partial<RegistryQuestion>,
  answers: Record<string, FakeAnswer>,
) => {
  const web = fakeWeb(answers);
  const registry = openRegistries(web, urls).find(({ name }) => name === register);
  return { answer: await registry?.look(question(parts)), requests: web.requests };
};

const vies = (answer: FakeAnswer) =>
  ask('vies', { vat_id: 'DE999999903' }, { [`${VIES}/ms/DE/vat/999999903`]: answer });

test('no register is asked unless a setting names it', () => {
  expect(openRegistries(fakeWeb({}), { VIES_URL: undefined, FRENCH_COMPANIES_URL: undefined })).toEqual([]);
});

test('a valid VAT number brings the name where the member state tells it', async () => {
  const told = await vies(JSON.stringify({ isValid: true, userError: 'VALID', name: 'NORDLICHT\nGMBH' }));
  const untold = await vies(JSON.stringify({ valid: true, name: '---' }));

  expect(told.answer).toMatchObject({
    status: 'found',
    record: { by: 'number', registered_name: 'NORDLICHT GMBH', vat_id: 'DE999999903', country: 'DE' },
  });
  expect(untold.answer).toMatchObject({ status: 'found', record: { registered_name: null } });
});

test('only the word that a number is invalid makes it so', async () => {
  expect((await vies(JSON.stringify({ isValid: false, userError: 'INVALID' }))).answer).toEqual({
    status: 'not_found',
  });
});

test.each<[string, FakeAnswer]>([
  ['the member state is away', JSON.stringify({ isValid: false, userError: 'MS_UNAVAILABLE' })],
  ['too many ask', JSON.stringify({ isValid: false, userError: 'MS_MAX_CONCURRENT_REQ' })],
  ['it answers a list of errors', JSON.stringify({ actionSucceed: false, errorWrappers: [{ error: 'X' }] })],
  ['it answers a page', '<html>busy</html>'],
  ['it answers 503', { status: 503, body: '{}' }],
  ['it is not reached', new WebError('unreachable', 'vies.test: no answer in time')],
])('when %s the VAT register knows nothing', async (_fault, answer) => {
  expect((await vies(answer)).answer).toMatchObject({ status: 'unknown', reason: expect.any(String) });
});

test('where nothing is fetched, nobody was asked', async () => {
  expect((await vies(new WebError('off', 'vies.test: nothing is fetched here'))).answer).toEqual({
    status: 'not_asked',
  });
});

test('numbers of other countries and other kinds are no question for the VAT register', async () => {
  const { answer, requests } = await ask('vies', { vat_id: 'CHE123456789', name: 'Alpen AG' }, {});

  expect(answer).toEqual({ status: 'not_asked' });
  expect(requests).toEqual([]);
});

test('an aborted run is not taken for a fault of the register', async () => {
  const [, registry] = openRegistries(fakeWeb({}), urls);
  const signal = AbortSignal.abort(new Error('stopped'));

  await expect(registry?.look(question({ vat_id: 'DE999999903', signal }))).rejects.toThrow('stopped');
});

const search = (q: string) => `${FRENCH}/search?${new URLSearchParams({ q, page: '1', per_page: '10' })}`;
const marlow = {
  siren: '900000001',
  nom_raison_sociale: 'MARLOW STUDIO',
  nature_juridique: '5710',
  etat_administratif: 'A',
  siege: {
    numero_voie: '12',
    type_voie: 'RUE',
    libelle_voie: 'DES FICTIONS',
    code_postal: '69001',
    libelle_commune: 'LYON',
  },
};

test('a French company is found by the SIREN in its VAT number', async () => {
  const { answer } = await ask(
    'french_companies',
    { vat_id: 'FR68900000001' },
    { [search('900000001')]: JSON.stringify({ results: [marlow] }) },
  );

  expect(answer).toEqual({
    status: 'found',
    record: {
      by: 'number',
      registered_name: 'MARLOW STUDIO',
      legal_form: 'SAS',
      vat_id: null,
      registered_value: '900000001',
      country: 'FR',
      address: { street: '12 RUE DES FICTIONS', postal_code: '69001', city: 'LYON' },
    },
  });
});

test('a French name finds the one company that has it, and none of two', async () => {
  const named = { name: 'Marlow Studio SAS', country: 'FR' };
  const other = { ...marlow, siren: '911111102' };
  const closed = { ...other, etat_administratif: 'C' };
  const askFor = (results: object[]) =>
    ask('french_companies', named, { [search('Marlow Studio SAS')]: JSON.stringify({ results }) });

  expect((await askFor([marlow, closed, { ...marlow, nom_raison_sociale: 'MARLOWE' }])).answer).toMatchObject(
    {
      status: 'found',
      record: { by: 'name', registered_value: '900000001' },
    },
  );
  expect((await askFor([marlow, other])).answer).toEqual({ status: 'not_found' });
  expect((await ask('french_companies', { name: 'Marlow', country: null }, {})).answer).toEqual({
    status: 'not_asked',
  });
});

test('a limit of calls is no word about the company', async () => {
  const { answer } = await ask(
    'french_companies',
    { registered_value: '900000001', country: 'FR' },
    { [search('900000001')]: { status: 429, body: '{}' } },
  );

  expect(answer).toMatchObject({ status: 'unknown' });
});
