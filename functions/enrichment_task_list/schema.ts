import { z } from 'zod';
import { EnrichmentTask, enrichmentTaskFields } from '../../shared/domain/enrichment-task-schema.ts';
import {
  EnrichmentType,
  EntityType,
  SourceChannel,
  TaskStatus,
  taskStatuses,
} from '../../shared/domain/enrichment-types.ts';
import { ListMeta, listOf } from '../../shared/http/answer-schema.ts';
import { listQuery } from '../../shared/http/list-query.ts';
import { oneLine } from '../../shared/http/one-line.ts';
import { oneOf, severalOf, timeRange } from '../../shared/http/query-values.ts';
import { taskIncludes } from '../task-view.ts';

export const EnrichmentTaskListQuery = listQuery({
  name: 'enrichment_tasks',
  sorts: ['created_at'],
  defaultSort: '-created_at',
  filters: {
    status: severalOf(TaskStatus),
    enrichment_type: severalOf(EnrichmentType),
    entity_type: severalOf(EntityType),
    entity_id: oneOf(oneLine(255)),
    batch_id: oneOf(z.guid()),
    parent_task: oneOf(z.guid()),
    source_channel: severalOf(SourceChannel),
    created_at: timeRange(),
  },
  fields: { enrichment_task: enrichmentTaskFields },
  includes: taskIncludes,
});

const StatusCounts = z.strictObject(
  Object.fromEntries(taskStatuses.map((status) => [status, z.int().nonnegative()])),
);

/** A page of tasks; of a batch also how all of its tasks stand. */
export const EnrichmentTaskListAnswers = {
  200: listOf(EnrichmentTask, {
    included: EnrichmentTask,
    meta: ListMeta.extend({
      status_counts: StatusCounts.optional().describe('Tasks by status, with `filter[batch_id]` only.'),
    }).meta({ id: 'EnrichmentTaskListMeta' }),
  }),
};
