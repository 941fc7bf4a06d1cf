import { z } from 'zod';
import type { Web } from '../web/web.ts';
import { askJson } from './ask-json.ts';
import type { CompanyRegistry, RegistryAnswer } from './company-registry.ts';

const COUNTRIES = 'AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI'.split(
  ' ',
);

// Its two interfaces spell the same answer in two ways, and a fault comes with status 200.
const ViesAnswer = z.looseObject({
  isValid: z.boolean().optional(),
  valid: z.boolean().optional(),
  userError: z.string().nullish(),
  name: z.string().nullish(),
  address: z.string().nullish(),
});

/** Words of the service that are about the number; all others are about the service. */
const ABOUT_THE_NUMBER = ['VALID', 'INVALID'];

/** Member states that keep names to themselves answer with dashes. */
const stated = (text: string | null | undefined): string | null => {
  const plain = text?.replace(/\s+/g, ' ').trim() ?? '';
  return /[\p{L}\p{N}]/u.test(plain) ? plain : null;
};

/** The EU's register of VAT numbers, by its REST interface below `baseUrl`. It finds nobody by name. */
export const openVies = (web: Web, baseUrl: string): CompanyRegistry => ({
  name: 'vies',
  async look({ vat_id, signal }): Promise<RegistryAnswer> {
    const [, country = '', number = ''] = /^([A-Z]{2})([0-9A-Z]{2,12})$/.exec(vat_id ?? '') ?? [];
    if (!COUNTRIES.includes(country)) return { status: 'not_asked' };
    const url = `${baseUrl.replace(/\/$/, '')}/ms/${country}/vat/${number}`;
    const answer = await askJson(web, { url, schema: ViesAnswer, signal });
    if (!('value' in answer)) return answer;

    const { isValid, valid, userError, name } = answer.value;
    const verdict = isValid ?? valid;
    if (verdict === undefined || (userError && !ABOUT_THE_NUMBER.includes(userError)))
      return { status: 'unknown', reason: `the VAT register answered ${userError ?? answer.status}` };
    if (!verdict) return { status: 'not_found' };
    return {
      status: 'found',
      record: {
        by: 'number',
        registered_name: stated(name),
        legal_form: null,
        vat_id,
        registered_value: null,
        country: country === 'EL' ? 'GR' : country === 'XI' ? 'GB' : country,
        address: null, // one text in the form of each country
      },
    };
  },
});
