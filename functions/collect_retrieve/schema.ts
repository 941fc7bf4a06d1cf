import { z } from 'zod';
import { Collect } from '../../shared/domain/collect-schema.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { CollectIncluded, collectView } from '../../shared/http/collect-view.ts';
import { viewQuery } from '../../shared/http/list-query.ts';

export const CollectRetrieveParams = z.strictObject({ id: z.guid() });

/** How much of the collect, and what comes along. */
export const CollectRetrieveQuery = viewQuery(collectView);
export type CollectRetrieveQuery = z.output<typeof CollectRetrieveQuery>;

/** One collect. */
export const CollectRetrieveAnswers = {
  200: documentOf(Collect, { id: 'CollectWithIncluded', included: CollectIncluded }),
};
