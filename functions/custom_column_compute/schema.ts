import { z } from 'zod';
import { computeBody, RootName } from '../compute-body.ts';

/** The column of the path. */
export const CustomColumnComputeParams = z.strictObject({ id: z.guid() });

/** Which records of the column's root. */
export const CustomColumnComputeBody = computeBody(RootName);
