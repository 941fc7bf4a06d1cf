import { expect, test } from 'vitest';
import { chooseCompanies } from '../../../functions/ai_people/choose-companies.ts';
import type { CompanyIdentity } from '../../../shared/db/companies.ts';

const company = (pk: number, domain: string | null): CompanyIdentity => ({
  ...{ pk, company_id: `0b6f3c1e-9a55-4f0a-8d39-00000000000${pk}`, name: `Firm ${pk}` },
  ...{ domain_normalized: domain, registry_country: null },
  ...{ canonical_legal_name: null, canonical_tax_id: null, canonical_registry: null },
});
const [firm, twin, works] = [
  company(1, 'firm.example'),
  company(2, 'firm.example'),
  company(3, 'works.example'),
];

test.each([
  ['a mailbox at its domain makes an employee', null, [firm], [[1, 'employee']], false],
  ['a hint alone makes a contact', works, [], [[3, 'contact']], false],
  ['a hint and a mailbox make an employee', firm, [firm], [[1, 'employee']], false],
  [
    'a hint to another company does not touch the employer',
    works,
    [firm],
    [
      [1, 'employee'],
      [3, 'contact'],
    ],
    false,
  ],
  ['of two with one domain none is guessed', null, [firm, twin], [], true],
  ['of two with one domain a hint says which', twin, [firm, twin], [[2, 'employee']], false],
  ['nothing makes nothing', null, [], [], false],
])('%s', (_, hinted, atDomains, expected, isAmbiguous) => {
  const chosen = chooseCompanies({ hinted, atDomains });

  expect(chosen.choices.map(({ company: { pk }, relationship }) => [pk, relationship])).toEqual(expected);
  expect(chosen.isAmbiguous).toBe(isAmbiguous);
});
