import { z } from 'zod';
import { EnrichmentTaskEvent, taskEventFields } from '../../shared/domain/enrichment-task-event.ts';
import { listOf } from '../../shared/http/answer-schema.ts';
import { listQuery } from '../../shared/http/list-query.ts';

export const EnrichmentTaskEventsParams = z.strictObject({ id: z.guid() });

export const EnrichmentTaskEventsQuery = listQuery({
  name: 'enrichment_task_events',
  sorts: ['created_at'],
  defaultSort: 'created_at',
  filters: {},
  fields: { enrichment_task_event: taskEventFields },
});

/** A page of the timeline. */
export const EnrichmentTaskEventsAnswers = { 200: listOf(EnrichmentTaskEvent) };
