import type { z } from 'zod';

// A registry of zod would rewrite the types of schemas inside its metadata.
const shown = new WeakMap<z.core.$ZodType, z.ZodType>();

/**
 * Has the API's description show `instead` where `schema` says with code what it takes. Callers must be able to send
 * whatever the one shown takes.
 */
export const showAs = <S extends z.ZodType>(schema: S, instead: z.ZodType): S => {
  shown.set(schema, instead);
  return schema;
};

/** What to show instead of a schema, or of the one it was refined from; undefined for most. */
export const shownInstead = (schema: z.core.$ZodType): z.ZodType | undefined => {
  const { parent } = schema._zod;
  return shown.get(schema) ?? (parent ? shownInstead(parent) : undefined);
};
