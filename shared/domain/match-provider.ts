import { canonicalDomain } from './canonical.ts';
import { foldText, nameKey, nameWords } from './names.ts';

/** A provider of the catalogue, with what can be done with it in one workspace. */
export interface ProviderCandidate {
  provider_id: string;
  slug: string;
  name: string;
  url: string | null;
  searchable_terms: readonly string[];
  /** The extension knows how to fetch its documents. */
  has_blueprint: boolean;
  /** A connector serves it. */
  has_connector: boolean;
  /** Such a connector works in the workspace already. */
  is_connected: boolean;
}

/** Shares of a match, 0–1: the same domain, the same name or slug, a search term in the name. */
const MATCH_DOMAIN = 1;
const MATCH_NAME = 0.9;
const MATCH_TERM = 0.6;
/** Shorter search terms stand in names by chance. */
const TERM_MIN_LENGTH = 3;

/**
 * The provider that delivers a company's documents, and how surely (0–1): the surest, then one with a blueprint, then
 * by slug. Null when none fits.
 */
export function matchProvider<Provider extends ProviderCandidate>(
  company: { name: string; domain: string | null },
  providers: readonly Provider[],
): { provider: Provider; match: number } | null {
  const domain = company.domain === null ? null : canonicalDomain(company.domain);
  const [key, joined] = [nameKey(company.name), nameWords(company.name).join('')];
  const text = ` ${foldText(company.name)} `;
  const shareOf = ({ url, slug, name, searchable_terms }: Provider): number => {
    if (domain !== null && url !== null && canonicalDomain(url) === domain) return MATCH_DOMAIN;
    if (joined !== '' && (nameKey(name) === key || nameWords(slug).join('') === joined)) return MATCH_NAME;
    const terms = searchable_terms.map(foldText).filter((term) => term.length >= TERM_MIN_LENGTH);
    return terms.some((term) => text.includes(` ${term} `)) ? MATCH_TERM : 0;
  };
  const [best] = providers
    .map((provider) => ({ provider, match: shareOf(provider) }))
    .filter(({ match }) => match > 0)
    .sort(
      (a, b) =>
        b.match - a.match ||
        Number(b.provider.has_blueprint) - Number(a.provider.has_blueprint) ||
        (a.provider.slug < b.provider.slug ? -1 : 1),
    );
  return best ?? null;
}

/** How a missing document can be had: fetched by the extension, synced once a connector is set up, or by the user. */
export const retrievalModes = ['agent', 'connect', 'upload'] as const;
export type RetrievalMode = (typeof retrievalModes)[number];

/** The way to the documents of a provider; a connector that works already and brought nothing is no way. */
export const retrievalMode = (provider: ProviderCandidate | null): RetrievalMode => {
  if (provider?.has_blueprint) return 'agent';
  return provider?.has_connector && !provider.is_connected ? 'connect' : 'upload';
};
