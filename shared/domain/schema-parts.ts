import { z } from 'zod';

/** A public id in an answer. */
export const PublicId = z.guid();

/** A moment in an answer: ISO 8601 in UTC, to the millisecond. */
export const Moment = z.iso.datetime().meta({ examples: ['2026-06-02T09:15:00.000Z'] });

/** Schema of what the server alone sets: a client may read it and never send it. */
export const system = <S extends z.ZodType>(schema: S, description: string): S =>
  schema.meta({ description, readOnly: true });

/** Schema of a relationship in an answer that always points somewhere. */
export const linkTo = <T extends string>(type: T) =>
  z.strictObject({ data: z.strictObject({ type: z.literal(type), id: PublicId }) });

/** Schema of a relationship in an answer that may point nowhere. */
export const maybeLinkTo = <T extends string>(type: T) =>
  z.strictObject({ data: z.strictObject({ type: z.literal(type), id: PublicId }).nullable() });
