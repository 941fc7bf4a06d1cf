import { z } from 'zod';
import { computeBody, computingStarted, RootName } from '../compute-body.ts';

/** The column of the path. */
export const CustomColumnComputeParams = z.strictObject({ id: z.guid() });

/** Which records of the column's root. */
export const CustomColumnComputeBody = computeBody(RootName);

/** What was started; its tasks are found by their batch. */
export const CustomColumnComputeAnswers = {
  202: computingStarted({ custom_column_id: z.guid() }).meta({ id: 'CustomColumnComputing' }),
};
