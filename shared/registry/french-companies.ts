import { z } from 'zod';
import { nameSimilarity } from '../domain/names.ts';
import type { Web } from '../web/web.ts';
import { askJson } from './ask-json.ts';
import type { CompanyRegistry, RegistryAnswer, RegistryQuestion } from './company-registry.ts';

const Company = z.looseObject({
  siren: z.string(),
  /** Null for people who trade under their own name, which is left alone. */
  nom_raison_sociale: z.string().nullish(),
  nature_juridique: z.string().nullish(),
  etat_administratif: z.string().nullish(),
  siege: z
    .looseObject({
      numero_voie: z.string().nullish(),
      type_voie: z.string().nullish(),
      libelle_voie: z.string().nullish(),
      code_postal: z.string().nullish(),
      libelle_commune: z.string().nullish(),
    })
    .nullish(),
});
type Company = z.output<typeof Company>;
const SearchAnswer = z.looseObject({ results: z.array(Company).optional() });

/** Codes of the national list of legal forms, the longer prefixes first. */
const FORMS: readonly [string, string][] = [
  ['5720', 'SASU'],
  ['57', 'SAS'],
  ['5498', 'EURL'],
  ['54', 'SARL'],
  ['55', 'SA'],
  ['56', 'SA'],
  ['5202', 'SNC'],
  ['6540', 'SCI'],
  ['10', 'EI'],
];

/** From how alike two names count as one; several such companies leave it open. */
const SAME_NAME = 0.95;

/**
 * The search of French companies below `baseUrl`: by SIREN, which stands in a French VAT number, else by name where
 * the country is known to be France.
 */
export const openFrenchCompanies = (web: Web, baseUrl: string): CompanyRegistry => ({
  name: 'french_companies',
  async look(question): Promise<RegistryAnswer> {
    const siren = sirenOf(question);
    const words = siren ?? (question.country === 'FR' ? question.name : null);
    if (!words) return { status: 'not_asked' };
    const url = `${baseUrl.replace(/\/$/, '')}/search?${new URLSearchParams({ q: words, page: '1', per_page: '10' })}`;
    const answer = await askJson(web, { url, schema: SearchAnswer, signal: question.signal });
    if (!('value' in answer)) return answer;
    const { results } = answer.value;
    if (!results) return { status: 'unknown', reason: `the register answered ${answer.status}` };
    const company = siren
      ? results.find((result) => result.siren === siren)
      : onlyNamed(results, question.name ?? '');
    return company
      ? { status: 'found', record: recordOf(company, siren ? 'number' : 'name') }
      : { status: 'not_found' };
  },
});

const sirenOf = ({ vat_id, registered_value, country }: RegistryQuestion): string | null => {
  const inVat = /^FR[0-9A-Z]{2}(\d{9})$/.exec(vat_id ?? '')?.[1];
  return (
    inVat ?? (country === 'FR' ? (/^(\d{9})(?:\d{5})?$/.exec(registered_value ?? '')?.[1] ?? null) : null)
  );
};

const onlyNamed = (results: readonly Company[], name: string): Company | undefined => {
  const alike = results.filter(
    ({ nom_raison_sociale, etat_administratif }) =>
      etat_administratif !== 'C' && nameSimilarity(nom_raison_sociale ?? '', name) >= SAME_NAME,
  );
  return alike.length === 1 ? alike[0] : undefined;
};

const recordOf = (
  { siren, nom_raison_sociale, nature_juridique, siege }: Company,
  by: 'number' | 'name',
) => ({
  by,
  registered_name: nom_raison_sociale ?? null,
  legal_form: FORMS.find(([code]) => nature_juridique?.startsWith(code))?.[1] ?? null,
  vat_id: null, // not every company has one
  registered_value: siren,
  country: 'FR',
  address: siege?.libelle_commune
    ? {
        street: [siege.numero_voie, siege.type_voie, siege.libelle_voie].filter(Boolean).join(' ') || null,
        postal_code: siege.code_postal ?? null,
        city: siege.libelle_commune,
      }
    : null,
});
