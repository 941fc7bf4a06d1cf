import { z } from 'zod';
import { Collect } from '../../shared/domain/collect-schema.ts';
import { CollectStatus } from '../../shared/domain/collect-states.ts';
import { listOf } from '../../shared/http/answer-schema.ts';
import { CollectIncluded, collectView } from '../../shared/http/collect-view.ts';
import { listQuery } from '../../shared/http/list-query.ts';
import { oneLine } from '../../shared/http/one-line.ts';
import { oneOf, severalOf, timeRange } from '../../shared/http/query-values.ts';

/** Which collects, in which order, and how much of them. */
export const CollectListQuery = listQuery({
  ...collectView,
  name: 'collects',
  sorts: ['created_at'],
  defaultSort: '-created_at',
  filters: {
    status: severalOf(CollectStatus),
    provider: severalOf(oneLine(255)),
    task: oneOf(z.guid()),
    created_at: timeRange(),
  },
});
export type CollectListQuery = z.output<typeof CollectListQuery>;

/** One page of collects. */
export const CollectListAnswers = { 200: listOf(Collect, { included: CollectIncluded }) };
