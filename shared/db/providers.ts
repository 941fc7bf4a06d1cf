import { z } from 'zod';
import { canonicalDomain } from '../domain/canonical.ts';
import { matchProvider } from '../domain/match-provider.ts';
import { foldText, nameWords } from '../domain/names.ts';
import type { CompanyIdentity } from './companies.ts';
import { type Db, sql } from './sql.ts';

const ConnectorPk = z.strictObject({ pk: z.number() });

/**
 * The workspace's live connector that serves a provider, an enabled one first; null for a surface such as `popup`
 * and for a provider that no connector of the workspace serves.
 */
export const findProviderConnector = ({ workspacePk, slug }: { workspacePk: number; slug: string }) =>
  sql.type(ConnectorPk)`
    select wc.pk
    from providers p
    join provider_connectors pc on pc.provider_pk = p.pk
    join connectors k on k.pk = pc.connector_pk
    join workspace_connectors wc on wc.connector_pk = k.pk
    where p.slug = ${slug}
      and wc.workspace_pk = ${workspacePk}
      and p.deleted_at is null
      and pc.deleted_at is null
      and k.deleted_at is null
      and wc.deleted_at is null
    order by wc.status = 'enabled' desc, wc.pk
    limit 1`;

/** A provider with what can be done with it in one workspace. */
export const ScoredProviderRow = z.strictObject({
  pk: z.number(),
  provider_id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  url: z.string().nullable(),
  searchable_terms: z.array(z.string()),
  has_blueprint: z.boolean(),
  has_connector: z.boolean(),
  is_connected: z.boolean(),
  countries: z.array(z.string()),
  skill_status: z.string().nullable(),
  /** 0–1. */
  skill_confidence: z.number().nullable(),
  is_selected: z.boolean(),
  is_matched: z.boolean(),
});
export type ScoredProviderRow = z.output<typeof ScoredProviderRow>;

/**
 * Providers that a company of this name and domain may get its documents from, generously chosen; which one it is
 * decides shared/domain/match-provider.ts. `words` are those of the name, folded; `domain` is registrable.
 */
export const listProvidersLike = ({
  workspacePk,
  words,
  domain,
}: {
  workspacePk: number;
  words: readonly string[];
  domain: string | null;
}) =>
  sql.type(ScoredProviderRow)`
    select
      p.pk, p.provider_id, p.slug, p.name, p.url, p.searchable_terms,
      p.blueprint_json is not null as has_blueprint,
      served.connectors > 0 as has_connector,
      served.working > 0 as is_connected,
      p.countries,
      p.skill_status,
      case when jsonb_typeof(p.skill_metadata -> 'confidence_score') = 'number'
        then (p.skill_metadata ->> 'confidence_score')::float8 end as skill_confidence,
      coalesce(used.is_selected, false) as is_selected,
      coalesce(used.is_matched, false) as is_matched
    from providers p
    cross join lateral (
      select translate(
        lower(concat_ws(' ', p.name, p.slug, array_to_string(p.searchable_terms, ' '))),
        'àâäáãåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'
      ) as text
    ) words
    cross join lateral (
      select count(distinct k.pk) as connectors, count(wc.pk) as working
      from provider_connectors pc
      join connectors k on k.pk = pc.connector_pk and k.deleted_at is null
      left join workspace_connectors wc
        on wc.connector_pk = k.pk
        and wc.workspace_pk = ${workspacePk}
        and wc.status in ('enabled', 'processing')
        and wc.deleted_at is null
      where pc.provider_pk = p.pk
        and pc.deleted_at is null
    ) served
    left join workspace_providers used
      on used.provider_pk = p.pk
      and used.workspace_pk = ${workspacePk}
      and used.deleted_at is null
    where p.deleted_at is null
      and (
        strpos(lower(p.url), ${domain}) > 0
        or exists (select 1 from unnest(${sql.array(words, 'text')}) as word where strpos(words.text, word) > 0)
      )
    order by p.pk`;

/** Shorter words stand in every name. */
const WORD_MIN_LENGTH = 3;

/** The provider of a company's documents, and how surely; null when the catalogue has none, or nobody knows its name. */
export async function findProviderOf(
  db: Db,
  {
    workspacePk,
    company,
  }: { workspacePk: number; company: Pick<CompanyIdentity, 'name' | 'domain_normalized'> },
) {
  const { name, domain_normalized } = company;
  const domain = domain_normalized === null ? null : canonicalDomain(domain_normalized);
  const words = new Set([...nameWords(name), ...foldText(name).split(' ')]);
  const wanted = [...words].filter((word) => word.length >= WORD_MIN_LENGTH);
  const candidates = await db.any(listProvidersLike({ workspacePk, domain, words: wanted }));
  return matchProvider({ name, domain }, candidates);
}

const WorkspaceProviderPk = z.strictObject({ pk: z.number() });

/**
 * Notes that a provider was found to be one of the workspace's; whether it is selected stays a person's word. No row
 * when that was known, or when somebody removed it.
 */
export const markProviderMatched = ({
  workspacePk,
  providerPk,
}: {
  workspacePk: number;
  providerPk: number;
}) =>
  sql.type(WorkspaceProviderPk)`
    insert into workspace_providers as wp (workspace_pk, provider_pk, is_matched)
    select ${workspacePk}::int, ${providerPk}::int, true
    where not exists (
      select 1
      from workspace_providers removed
      where removed.workspace_pk = ${workspacePk}
        and removed.provider_pk = ${providerPk}
        and removed.deleted_at is not null
    )
    on conflict (workspace_pk, provider_pk) where deleted_at is null
    do update set is_matched = true
    where not wp.is_matched
    returning wp.pk`;
