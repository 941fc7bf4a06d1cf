import { z } from 'zod';
import { sql } from './sql.ts';

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
