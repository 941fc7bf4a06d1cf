import { z } from 'zod';
import { computeBody, computingStarted, RootName } from '../compute-body.ts';

/** The field of the path: `grand_total`, or `issuer.name` through a relation. */
export const FieldRuleComputeParams = z.strictObject({
  root: RootName,
  field_key: z
    .string()
    .max(255)
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/, 'expected a field such as grand_total or issuer.name'),
});

/** Which records; their root stands in the path and may be repeated. */
export const FieldRuleComputeBody = computeBody(RootName.optional());

/** What was started; its tasks are found by their batch. */
export const FieldRuleComputeAnswers = {
  202: computingStarted({ field_key: z.string(), root: RootName }).meta({ id: 'FieldRuleComputing' }),
};
