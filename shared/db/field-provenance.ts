import { z } from 'zod';
import type { Provenance } from '../domain/outcomes.ts';
import { Decimal, NoRow, sql } from './sql.ts';

/** Remembers who set each field and how sure; the newest write of a field stands. */
export const recordProvenance = ({
  workspacePk,
  taskPk,
  fields,
}: {
  workspacePk: number;
  taskPk: number | null;
  fields: Provenance[];
}) =>
  sql.type(NoRow)`
    insert into field_provenance (
      workspace_pk, entity_type, entity_id, field, source, confidence, enrichment_task_pk, set_at
    )
    select
      ${workspacePk}::int, f.entity_type, f.entity_id, f.field, f.source, f.confidence, ${taskPk}::int,
      clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(fields)}::jsonb) as f (
      entity_type text, entity_id text, field text, source text, confidence numeric
    )
    on conflict (workspace_pk, entity_type, entity_id, field) do update
    set source = excluded.source,
        confidence = excluded.confidence,
        enrichment_task_pk = excluded.enrichment_task_pk,
        set_at = excluded.set_at`;

const ProvenanceRow = z.strictObject({
  field: z.string(),
  source: z.string(),
  confidence: Decimal.nullable(),
});

/** Who set the fields of one record. A field without a row was set by a user, a connector or nobody. */
export const listProvenance = ({
  workspacePk,
  entityType,
  entityId,
}: {
  workspacePk: number;
  entityType: string;
  entityId: string;
}) =>
  sql.type(ProvenanceRow)`
    select field, source, confidence
    from field_provenance
    where workspace_pk = ${workspacePk}
      and entity_type = ${entityType}
      and entity_id = ${entityId}
    order by field`;
