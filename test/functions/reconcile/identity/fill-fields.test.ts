import { expect, test } from 'vitest';
import { recanonicalise } from '../../../../functions/reconcile/identity/company.ts';
import { fillFields } from '../../../../functions/reconcile/identity/fill-fields.ts';

const groups = [['tax_id', 'tax_type'], ['domain'], ['kind'], ['name']];

test.each([
  ['what is empty is filled', { domain: null }, { domain: 'a.example' }, { domain: 'a.example' }],
  ['what stands is not', { domain: 'a.example' }, { domain: 'b.example' }, {}],
  [
    'the unknown counts as empty, on both sides',
    { kind: 'unknown', name: '' },
    { kind: 'counterparty', name: 'unknown' },
    { kind: 'counterparty' },
  ],
  [
    'a group comes whole',
    { tax_id: null, tax_type: 'siren' },
    { tax_id: 'FR1', tax_type: null },
    { tax_id: 'FR1', tax_type: null },
  ],
  [
    'a group that stands is not mixed',
    { tax_id: '9', tax_type: null },
    { tax_id: 'FR1', tax_type: 'vat' },
    {},
  ],
])('%s', (_, staying, going, filled) => {
  expect(fillFields({ fields: staying }, { fields: going }, groups)).toEqual(filled);
});

test('canonical keys follow from the values, and stay where there are none', () => {
  expect(
    recanonicalise({
      ...{ name: 'Ondine', registered_name: 'Ondine Prints GmbH', domain: 'https://www.ondine.example/x' },
      ...{
        tax_id_value: 'de 12.3',
        canonical_tax_id: 'OLD',
        registered_value: null,
        canonical_registry: 'HRB1',
      },
    }),
  ).toEqual({
    canonical_legal_name: 'ONDINE PRINTS',
    canonical_tax_id: 'DE123',
    canonical_registry: 'HRB1',
    domain_normalized: 'ondine.example',
  });
});
