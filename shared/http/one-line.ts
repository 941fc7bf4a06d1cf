import { z } from 'zod';

/** Schema of a caller's text on one line: no control characters, which Postgres partly cannot even hold. */
export const oneLine = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{C}+$/u, 'expected text without control characters');
