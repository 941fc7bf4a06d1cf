import { z } from 'zod';
import { EnrichmentTask, enrichmentTaskFields } from '../../shared/domain/enrichment-task-schema.ts';
import { TASK_WAIT_MAX_SECONDS } from '../../shared/domain/limits.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { viewQuery } from '../../shared/http/list-query.ts';
import { taskIncludes } from '../task-view.ts';

export const EnrichmentTaskRetrieveParams = z.strictObject({ id: z.guid() });

export const EnrichmentTaskRetrieveQuery = viewQuery(
  { fields: { enrichment_task: enrichmentTaskFields }, includes: taskIncludes },
  {
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(TASK_WAIT_MAX_SECONDS)
      .default(0)
      .describe('Seconds to wait for the task to end or to need a person.'),
  },
);

/** The task as it is now. */
export const EnrichmentTaskRetrieveAnswers = {
  200: documentOf(EnrichmentTask, { id: 'EnrichmentTaskWithIncluded', included: EnrichmentTask }),
};
