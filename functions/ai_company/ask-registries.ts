import type { CompanyRegistry, RegistryRecord } from '../../shared/registry/company-registry.ts';
import type { Clues } from './clues.ts';
import { type Evidence, trust } from './evidence.ts';
import type { StatedContact } from './site-contacts.ts';
import { clip, NAME_MAX } from './texts.ts';
import type { FoundFields } from './weigh.ts';

/** What the registers said. */
export interface RegistryWord {
  evidence: Evidence[];
  places: StatedContact[];
  /** VAT numbers that the register of VAT numbers does not know. */
  refuted: string[];
  flags: string[];
  /** A register could not say now. */
  isUnknown: boolean;
}

const isVatId = (value: string | null | undefined): value is string =>
  /^[A-Z]{2}[0-9A-Z]{6,13}$/.test(value ?? '');

/** Asks each register for what was found so far, else for what was known before; in their order, one after the other. */
export async function askRegistries(
  registries: readonly CompanyRegistry[],
  clues: Clues,
  found: FoundFields,
  signal: AbortSignal,
): Promise<RegistryWord> {
  const word: RegistryWord = { evidence: [], places: [], refuted: [], flags: [], isUnknown: false };
  const { tax_id_value: taxId, registered_value: registered, registered_name: name } = found;
  const vatId = [taxId?.value, clues.taxId].find(isVatId) ?? null;
  const number = registered?.value ?? clues.registeredValue ?? (isVatId(clues.taxId) ? null : clues.taxId);
  const country = registered?.companions?.registry_country ?? vatId?.slice(0, 2) ?? clues.country;
  for (const registry of registries) {
    const answer = await registry.look({
      ...{ vat_id: vatId, registered_value: number, country, signal },
      name: name?.value ?? clues.names[0] ?? null,
    });
    if (answer.status === 'found') {
      word.evidence.push(...evidenceOf(answer.record, registry.name));
      word.places.push(...placesOf(answer.record));
    }
    if (answer.status === 'not_found' && registry.name === 'vies' && vatId) {
      word.refuted.push(vatId);
      word.flags.push('vat_not_registered');
    }
    if (answer.status === 'unknown') {
      word.isUnknown = true;
      word.flags.push(`${registry.name}_unknown`);
    }
  }
  return word;
}

const placesOf = ({ address, country, by }: RegistryRecord): StatedContact[] =>
  address
    ? [
        {
          atom: { kind: 'location', ...address, region: null, country },
          ...{ source: 'registry', confidence: by === 'number' ? trust.registered : trust.legal },
        },
      ]
    : [];

const evidenceOf = (record: RegistryRecord, evidence: string): Evidence[] => {
  const confidence = record.by === 'number' ? trust.registered : trust.legal;
  const says = (
    field: Evidence['field'],
    value: string | null,
    companions: Evidence['companions'] = {},
  ): Evidence[] =>
    value
      ? [{ field, value, confidence, source: 'registry', witness: 'registry', evidence, companions }]
      : [];
  return [
    ...says('registered_name', record.registered_name && clip(record.registered_name, NAME_MAX)),
    ...says('business_type', record.legal_form),
    ...says('tax_id_value', record.vat_id, { tax_id_type: 'vat' }),
    ...says('registered_value', record.registered_value, { registry_country: record.country }),
  ];
};
