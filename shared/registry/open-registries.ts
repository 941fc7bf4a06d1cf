import type { Config } from '../config.ts';
import type { Web } from '../web/web.ts';
import type { CompanyRegistry } from './company-registry.ts';
import { openFrenchCompanies } from './french-companies.ts';
import { openVies } from './vies.ts';

/** The registers that the settings name, none by default. */
export const openRegistries = (
  web: Web,
  { FRENCH_COMPANIES_URL, VIES_URL }: Pick<Config, 'FRENCH_COMPANIES_URL' | 'VIES_URL'>,
): CompanyRegistry[] => [
  ...(FRENCH_COMPANIES_URL ? [openFrenchCompanies(web, FRENCH_COMPANIES_URL)] : []),
  ...(VIES_URL ? [openVies(web, VIES_URL)] : []),
];
