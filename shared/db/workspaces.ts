import { z } from 'zod';
import { sql } from './sql.ts';

const ProcessingSettings = z.strictObject({
  auto_extract_enabled: z.boolean(),
  own_company_pk: z.number().nullable(),
  country: z.string().nullable(),
});
export type ProcessingSettings = z.output<typeof ProcessingSettings>;

/** What the pipeline needs to know about a workspace; null when it is gone. `country` is ISO 3166-1 alpha-2. */
export const findProcessingSettings = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(ProcessingSettings)`
    select w.auto_extract_enabled, w.own_company_pk, s.country
    from workspaces w
    left join workspace_accounting_settings s on s.workspace_pk = w.pk
    where w.pk = ${workspacePk}
      and w.deleted_at is null`;

const MergeSettings = z.strictObject({
  own_company_pk: z.number().nullable(),
  auto_merge_enabled: z.boolean(),
});

/** Which company is the workspace itself, and whether records that are surely one are merged without asking. */
export const findMergeSettings = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(MergeSettings)`
    select own_company_pk, auto_merge_enabled
    from workspaces
    where pk = ${workspacePk}
      and deleted_at is null`;
