import { describe, expect, test } from 'vitest';
import { accountRecord } from '../../../../functions/reconcile/identity/account.ts';
import { companyRecord } from '../../../../functions/reconcile/identity/company.ts';
import { compareRecords, contradicted } from '../../../../functions/reconcile/identity/compare-records.ts';
import { personRecord } from '../../../../functions/reconcile/identity/person.ts';
import type { AccountRecord } from '../../../../shared/db/account-identity.ts';
import type { CompanyRecord } from '../../../../shared/db/company-identity.ts';
import type { PersonRecord } from '../../../../shared/db/person-identity.ts';

const common = { pk: 1, created_at: '2026-01-01T00:00:00.000Z' };

const company = (columns: Partial<CompanyRecord> = {}) =>
  companyRecord({
    ...common,
    ...{ company_id: 'c', name: 'Ondine Prints', description: null, domain: null, domain_normalized: null },
    ...{
      registered_name: null,
      trade_name: null,
      tax_id_value: null,
      tax_id_type: null,
      registered_value: null,
    },
    ...{
      registry_name: null,
      registry_country: null,
      establishment_no: null,
      business_type: null,
      locale: null,
    },
    ...{ canonical_legal_name: null, canonical_tax_id: null, canonical_registry: null },
    ...{ entity_kind: 'unknown', company_origin: 'unknown' },
    ...columns,
  });
const person = (columns: Partial<PersonRecord> = {}) =>
  personRecord({
    ...common,
    ...{ person_id: 'p', full_name: 'Ada Example', first_name: 'Ada', last_name: 'Example', job_title: null },
    ...{ external_person_id: null, emails: [], phones: [], company_pks: [] },
    ...columns,
  });
const account = (columns: Partial<AccountRecord> = {}) =>
  accountRecord({
    ...common,
    ...{ account_id: 'a', account_name: null, currency: null, type: null, ownership: 'unknown' },
    ...{ account_external_id: null, iban: null, bic: null, account_number: null, routing_number: null },
    ...{ sort_code: null, workspace_connector_pk: null },
    ...columns,
  });

const tax = (canonical_tax_id: string, tax_id_type: string | null = null) => ({
  canonical_tax_id,
  tax_id_type,
});
const named = (canonical_legal_name: string) => ({ canonical_legal_name });
const register = (canonical_registry: string, more: Partial<CompanyRecord> = {}) => ({
  canonical_registry,
  registry_country: 'DE',
  ...more,
});

describe('two companies are one with', () => {
  test.each<[string, Partial<CompanyRecord>, Partial<CompanyRecord>, number]>([
    ['an equal tax id', tax('FR1'), tax('FR1'), 0.95],
    ['an equal domain', { domain_normalized: 'a.example' }, { domain_normalized: 'a.example' }, 0.75],
    ['an equal register number in one country', register('HRB1'), register('HRB1'), 0.9],
    [
      'an equal number in a register nobody named',
      register('HRB1', { registry_country: null }),
      register('HRB1'),
      0.9,
    ],
    ['an equal name', named('ONDINE'), named('ONDINE'), 0.6],
    ['tax id and name', { ...tax('FR1'), ...named('O') }, { ...tax('FR1'), ...named('O') }, 0.98],
    [
      'domain and name',
      { domain_normalized: 'a.example', ...named('O') },
      { domain_normalized: 'a.example', ...named('O') },
      0.9,
    ],
    ['nothing in common', named('ONDINE'), named('MARLOW'), 0],
    ['a free mail host as domain', { domain_normalized: 'gmail.com' }, { domain_normalized: 'gmail.com' }, 0],
    ['an equal number in two countries', register('HRB1'), register('HRB1', { registry_country: 'AT' }), 0],
    [
      'an equal number in two registers',
      register('HRB1', { registry_name: 'Bonn' }),
      register('HRB1', { registry_name: 'Ulm' }),
      0,
    ],
    [
      'two establishments of one number',
      register('1', { establishment_no: '01' }),
      register('1', { establishment_no: '02' }),
      0,
    ],
    ['equal digits of two kinds of tax id', tax('123', 'siren'), tax('123', 'ein'), 0],
  ])('%s', (_, left, right, confidence) => {
    expect(compareRecords(company(left), company(right))).toMatchObject({ confidence, contradictions: [] });
    expect(compareRecords(company(right), company(left)).confidence).toBe(confidence);
  });
});

describe('two companies are two with', () => {
  const shared = { ...named('ONDINE'), domain_normalized: 'a.example' };
  test.each<[string, Partial<CompanyRecord>, Partial<CompanyRecord>, string[]]>([
    ['two tax ids', tax('FR1'), tax('FR2'), ['tax_id']],
    ['two tax ids of one kind', tax('123', 'siren'), tax('124', 'siren'), ['tax_id']],
    ['two tax ids, one of a kind nobody named', tax('123', 'siren'), tax('124'), ['tax_id']],
    ['two register numbers', register('HRB1'), register('HRB2'), ['registry']],
    [
      'an equal tax id and two register numbers',
      { ...tax('FR1'), ...register('1') },
      { ...tax('FR1'), ...register('2') },
      ['registry'],
    ],
    [
      'two of both',
      { ...tax('FR1'), ...register('1') },
      { ...tax('FR2'), ...register('2') },
      ['registry', 'tax_id'],
    ],
  ])('%s, whatever else they share', (_, left, right, contradictions) => {
    const comparison = compareRecords(company({ ...shared, ...left }), company({ ...shared, ...right }));

    expect(comparison.confidence).toBe(0.3);
    expect(comparison.contradictions.toSorted()).toEqual(contradictions);
  });

  test('two keys that are no contradiction', () => {
    const comparison = compareRecords(
      company({ ...shared, ...tax('123', 'siren'), ...register('1', { registry_country: 'FR' }) }),
      company({ ...shared, ...tax('DE9', 'vat'), ...register('2', { registry_country: 'DE' }) }),
    );

    expect(comparison).toMatchObject({ confidence: 0.9, contradictions: [] });
  });

  test('what else is found out about them', () => {
    const sure = compareRecords(company(tax('FR1')), company(tax('FR1')));

    expect(contradicted(sure, ['parent'])).toMatchObject({ confidence: 0.3, contradictions: ['parent'] });
    expect(contradicted(sure, [])).toEqual(sure);
  });
});

describe('a doubt, which leaves the decision to a person, is', () => {
  test.each([
    ['a name without a word in common', company({ ...tax('FR1'), name: 'Marlow Studio' }), ['names']],
    ['no other form of the name', company({ ...tax('FR1'), name: 'Prints by Ondine GmbH' }), []],
    [
      'no trade name that is the other’s name',
      company({ ...tax('FR1'), name: 'X', trade_name: 'Ondine' }),
      [],
    ],
  ])('%s', (_, other, doubts) => {
    expect(compareRecords(company(tax('FR1')), other)).toMatchObject({ confidence: 0.95, doubts });
  });

  test('another currency at an equal IBAN', () => {
    const comparison = compareRecords(
      account({ iban: 'DE1', currency: 'EUR' }),
      account({ iban: 'DE1', currency: 'USD' }),
    );

    expect(comparison).toMatchObject({ confidence: 0.98, doubts: ['currencies'] });
  });
});

describe('two people are one with', () => {
  test.each<[string, Partial<PersonRecord>, Partial<PersonRecord>, number]>([
    ['an e-mail', { emails: ['x@a.example', 'ada@a.example'] }, { emails: ['ada@a.example'] }, 0.95],
    ['a phone number', { phones: ['+3311'] }, { phones: ['+3311'] }, 0.75],
    ['a name in one company', { company_pks: [1, 2] }, { company_pks: [2] }, 0.6],
    [
      'a name in any order and accents',
      { company_pks: [2] },
      { company_pks: [2], full_name: 'Éxample, Ada' },
      0.6,
    ],
    [
      'e-mail and phone',
      { emails: ['a@a.example'], phones: ['+1'] },
      { emails: ['a@a.example'], phones: ['+1'] },
      0.9875,
    ],
    ['a name in two companies', { company_pks: [1] }, { company_pks: [2] }, 0],
    [
      'a first name in one company',
      { company_pks: [1], full_name: 'Ada' },
      { company_pks: [1], full_name: 'Ada' },
      0,
    ],
    ['a mailbox that is nobody’s', { emails: ['info@a.example'] }, { emails: ['info@a.example'] }, 0],
    ['a mailbox with a tag', { emails: ['billing+fr@a.example'] }, { emails: ['billing+fr@a.example'] }, 0],
  ])('%s', (_, left, right, confidence) => {
    expect(compareRecords(person(left), person(right)).confidence).toBe(confidence);
  });

  test('an address in place of a name raises no doubt, another name does', () => {
    const emails = ['ada.example@a.example'];

    expect(compareRecords(person({ emails, full_name: 'ada.example' }), person({ emails })).doubts).toEqual(
      [],
    );
    expect(compareRecords(person({ emails, full_name: 'Grace Sample' }), person({ emails })).doubts).toEqual([
      'names',
    ]);
  });
});

describe('two accounts are one with', () => {
  test.each<[string, Partial<AccountRecord>, Partial<AccountRecord>, number]>([
    ['an IBAN', { iban: 'DE1' }, { iban: 'de 1' }, 0.98],
    [
      'a number at one bank',
      { account_number: '7', bic: 'AAAADEFFXXX' },
      { account_number: '7', bic: 'AAAADEFF' },
      0.9,
    ],
    [
      'a number with a routing number',
      { account_number: '7', routing_number: '21' },
      { account_number: '7', routing_number: '21' },
      0.9,
    ],
    [
      'a number with a sort code',
      { account_number: '7', sort_code: '20-00-00' },
      { account_number: '7', sort_code: '200000' },
      0.9,
    ],
    ['a number alone', { account_number: '7' }, { account_number: '7' }, 0],
    [
      'a number at two banks',
      { account_number: '7', bic: 'AAAADEFF' },
      { account_number: '7', bic: 'BBBBDEFF' },
      0,
    ],
    [
      'a number that is a sort code elsewhere',
      { account_number: '7', routing_number: '21' },
      { account_number: '7', sort_code: '21' },
      0,
    ],
    [
      'two IBANs',
      { iban: 'DE1', account_number: '7', sort_code: '2' },
      { iban: 'DE2', account_number: '7', sort_code: '2' },
      0.3,
    ],
  ])('%s', (_, left, right, confidence) => {
    expect(compareRecords(account(left), account(right)).confidence).toBe(confidence);
  });
});
