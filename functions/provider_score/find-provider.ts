import type { CompanyIdentity } from '../../shared/db/companies.ts';
import { listProvidersLike } from '../../shared/db/providers.ts';
import type { Db } from '../../shared/db/sql.ts';
import { canonicalDomain } from '../../shared/domain/canonical.ts';
import { matchProvider } from '../../shared/domain/match-provider.ts';
import { foldText, nameWords } from '../../shared/domain/names.ts';

/** Shorter words stand in every name. */
const WORD_MIN_LENGTH = 3;

/** The provider of a company's documents, and how surely; null when the catalogue has none, or nobody knows its name. */
export async function findProvider(
  db: Db,
  workspacePk: number,
  { name, domain_normalized }: CompanyIdentity,
) {
  const domain = domain_normalized === null ? null : canonicalDomain(domain_normalized);
  const words = new Set([...nameWords(name), ...foldText(name).split(' ')]);
  const wanted = [...words].filter((word) => word.length >= WORD_MIN_LENGTH);
  const candidates = await db.any(listProvidersLike({ workspacePk, domain, words: wanted }));
  return matchProvider({ name, domain }, candidates);
}
