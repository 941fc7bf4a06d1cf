import fc from 'fast-check';

/**
 * Checks a property with few cases, or with as many as FAST_CHECK_RUNS says. What fails is told with its seed and
 * path; FAST_CHECK_SEED repeats it.
 */
export const runProperty = <T>(
  property: fc.IAsyncProperty<T>,
  { numRuns }: { numRuns: number },
): Promise<void> => {
  const { FAST_CHECK_RUNS: runs, FAST_CHECK_SEED: seed } = process.env;
  return fc.assert(property, {
    numRuns: runs ? Number(runs) : numRuns,
    ...(seed ? { seed: Number(seed) } : {}),
  });
};
