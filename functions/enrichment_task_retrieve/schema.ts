import { z } from 'zod';

export const EnrichmentTaskRetrieveParams = z.strictObject({ id: z.guid() });
