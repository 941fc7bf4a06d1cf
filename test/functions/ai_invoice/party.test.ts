import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../functions/ai_invoice/facts.ts';
import { chooseCompany, type PartyDraft, partyOf } from '../../../functions/ai_invoice/party.ts';
import type { CompanyIdentity } from '../../../shared/db/companies.ts';

const factsOf = (values: Record<string, string>, confidence = 0.8): Record<string, Fact> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `supplier.${key}`,
      { value, confidence, source: 'text', evidence: 'page 1' },
    ]),
  );
const draftOf = (values: Record<string, string>): PartyDraft => {
  const draft = partyOf(factsOf(values), 'supplier');
  if (!draft) throw new Error('nobody is named');
  return draft;
};
const company = (pk: number, keys: Partial<CompanyIdentity>): CompanyIdentity => ({
  pk,
  company_id: `00000000-0000-4000-8000-00000000000${pk}`,
  name: `Company ${pk}`,
  domain_normalized: null,
  registry_country: null,
  canonical_legal_name: null,
  canonical_tax_id: null,
  canonical_registry: null,
  ...keys,
});

describe('a party', () => {
  test('has its names, numbers and domain in canonical form', () => {
    const { keys, company: made } = draftOf({
      name: 'Muster & Söhne GmbH',
      vat_id: 'DE 136.695.976',
      email: 'billing@Mail.Example.com',
      registration_id: 'HRB 12',
      country: 'de',
    });

    expect(keys).toEqual({
      taxId: 'DE136695976',
      domain: 'example.com',
      registry: 'HRB12',
      legalName: 'MUSTER SOHNE',
    });
    expect(made).toMatchObject({ name: 'Muster & Söhne GmbH', tax_id_type: 'vat', registry_country: 'DE' });
  });

  test('is nobody without a name or tax id that is sure enough', () => {
    expect(partyOf(factsOf({ name: 'Guess' }, 0.69), 'supplier')).toBeNull();
    expect(partyOf(factsOf({ city: 'Paris' }), 'supplier')).toBeNull();
    expect(partyOf(factsOf({ name: 'Shop' }), 'customer')).toBeNull();
  });

  test('has no domain from a mail host for everybody', () => {
    expect(draftOf({ name: 'Shop', email: 'shop@gmail.com' }).keys.domain).toBeNull();
  });

  test('says who said each of its fields', () => {
    expect(draftOf({ name: 'Shop', vat_id: 'FR83404833048' }).setBy.map(({ field }) => field)).toEqual([
      'name',
      'registered_name',
      'tax_id_value',
    ]);
  });
});

describe('the company that is meant', () => {
  const draft = draftOf({ name: 'Shop GmbH', vat_id: 'DE136695976', email: 'a@shop.example.com' });
  const byTax = company(4, { canonical_tax_id: 'DE136695976' });
  const byDomain = company(3, { domain_normalized: 'example.com' });
  const byName = company(2, { canonical_legal_name: 'SHOP' });

  test('is the one with the strongest key', () => {
    expect(chooseCompany([byName, byDomain, byTax], draft)).toBe(byTax);
    expect(chooseCompany([byName, byDomain], draft)).toBe(byDomain);
    expect(chooseCompany([byName], draft)).toBe(byName);
    expect(chooseCompany([], draft)).toBeNull();
  });

  test('is the oldest of several', () => {
    expect(chooseCompany([company(9, { canonical_tax_id: 'DE136695976' }), byTax], draft)).toBe(byTax);
  });

  test('is never one with another VAT number', () => {
    const other = company(1, { canonical_tax_id: 'DE811907980', canonical_legal_name: 'SHOP' });

    expect(chooseCompany([other], draft)).toBeNull();
  });

  test('may be known by a tax number of another kind', () => {
    const local = company(1, { canonical_tax_id: '2011', canonical_legal_name: 'SHOP' });

    expect(chooseCompany([local], draft)).toBe(local);
  });

  test('shares its register number only within one country', () => {
    const registered = draftOf({ name: 'Else', registration_id: 'HRB 12', country: 'DE' });

    expect(
      chooseCompany([company(1, { canonical_registry: 'HRB12', registry_country: 'AT' })], registered),
    ).toBeNull();
    expect(chooseCompany([company(1, { canonical_registry: 'HRB12' })], registered)?.pk).toBe(1);
  });
});
