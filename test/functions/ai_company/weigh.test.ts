import { expect, test } from 'vitest';
import type { Evidence } from '../../../functions/ai_company/evidence.ts';
import { weigh } from '../../../functions/ai_company/weigh.ts';

const says = (witness: Evidence['witness'], value: string, parts: Partial<Evidence> = {}): Evidence => ({
  ...{ field: 'registered_name', value, confidence: 0.8, source: 'html', witness, evidence: witness },
  ...parts,
});
const taxId = (
  witness: Evidence['witness'],
  value: string,
  confidence = 0.95,
  parts: Partial<Evidence> = {},
) => says(witness, value, { field: 'tax_id_value', confidence, ...parts });

interface Weighing {
  evidence: Evidence[];
  value: string;
  confidence: number;
  rivals?: string[];
}

const weighings: Record<string, Weighing> = {
  'one source is as sure as it is': {
    evidence: [says('legal', 'Marlow SAS')],
    ...{ value: 'Marlow SAS', confidence: 0.8 },
  },
  'two witnesses that agree are surer, and the surer one is quoted': {
    evidence: [
      says('invoice', 'MARLOW', { confidence: 0.75 }),
      says('jsonld', 'Marlow SAS', { confidence: 0.85 }),
    ],
    ...{ value: 'Marlow SAS', confidence: 0.95 },
  },
  'two pages of one witness are no two witnesses': {
    evidence: [says('legal', 'Marlow SAS'), says('legal', 'Marlow SAS')],
    ...{ value: 'Marlow SAS', confidence: 0.8 },
  },
  'nothing is surer than sure': {
    evidence: [taxId('legal', 'DE999999903'), taxId('registry', 'DE 999 999 903')],
    ...{ value: 'DE 999 999 903', confidence: 1 },
  },
  'strong witnesses that differ are rivals': {
    evidence: [taxId('legal', 'DE999999903'), taxId('invoice', 'DE999999807', 0.75)],
    ...{ value: 'DE999999903', confidence: 0.95, rivals: ['DE999999807'] },
  },
  'a weak witness is nobody’s rival': {
    evidence: [taxId('legal', 'DE999999903'), taxId('hint', 'DE999999807', 0.7)],
    ...{ value: 'DE999999903', confidence: 0.95 },
  },
  'one witness does not contradict itself': {
    evidence: [says('legal', 'Marlow SAS'), says('legal', 'Ondine SARL')],
    ...{ value: 'Ondine SARL', confidence: 0.8 },
  },
  'a French VAT number and its SIREN are one': {
    evidence: [taxId('legal', 'FR68900000001'), taxId('invoice', '900000001', 0.75)],
    ...{ value: 'FR68900000001', confidence: 1 },
  },
  'what is in doubt needs a second witness': {
    evidence: [taxId('legal', 'DE999999903', 0.95, { doubt: true })],
    ...{ value: 'DE999999903', confidence: 0.6 },
  },
  'and believed with one': {
    evidence: [taxId('legal', 'DE999999903', 0.95, { doubt: true }), taxId('invoice', 'DE999999903', 0.75)],
    ...{ value: 'DE999999903', confidence: 1 },
  },
};

test.each(Object.entries(weighings))('%s', (_what, { evidence, value, confidence, rivals = [] }) => {
  for (const order of [evidence, evidence.toReversed()]) {
    const { registered_name, tax_id_value } = weigh(order);
    expect(registered_name ?? tax_id_value).toMatchObject({ value, confidence, rivals });
  }
});

test('a trade name has no rivals: a company may go by several', () => {
  const { trade_name } = weigh([
    says('jsonld', 'Marlow', { field: 'trade_name', confidence: 0.85 }),
    says('invoice', 'Ondine', { field: 'trade_name', confidence: 0.8 }),
  ]);

  expect(trade_name).toMatchObject({ value: 'Marlow', rivals: [] });
});

test('what goes with a value comes from everybody who says it', () => {
  const { registered_value } = weigh([
    says('registry', '900000001', { field: 'registered_value', companions: { registry_country: 'FR' } }),
    says('legal', '900 000 001', {
      ...{ field: 'registered_value', confidence: 0.7, companions: { registry_name: 'RCS Lyon' } },
    }),
  ]);

  expect(registered_value?.companions).toEqual({ registry_country: 'FR', registry_name: 'RCS Lyon' });
});
