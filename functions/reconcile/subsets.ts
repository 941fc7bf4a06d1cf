/** Most terms among which sums are sought: 4,096 sums. */
export const SUBSET_TERMS_MAX = 12;

/**
 * Every choice of at least `least` terms whose sum is `target` to within `tolerance`, as lists of positions, fewest
 * terms first; at most `SUBSET_TERMS_MAX` terms. Sums are exact: the terms are whole numbers.
 */
export const subsetsWithSum = (
  terms: readonly number[],
  target: number,
  { least = 1, most = terms.length, tolerance = 0 } = {},
): number[][] => {
  if (terms.length > SUBSET_TERMS_MAX)
    throw new RangeError(`${terms.length} terms are too many to try every sum`);
  const found: number[][] = [];
  const chosen: number[] = [];
  const visit = (from: number, rest: number) => {
    if (chosen.length >= least && Math.abs(rest) <= tolerance) found.push([...chosen]);
    if (chosen.length >= most) return;
    for (let at = from; at < terms.length; at++) {
      chosen.push(at);
      visit(at + 1, rest - (terms[at] ?? 0));
      chosen.pop();
    }
  };
  visit(0, target);
  return found.sort((a, b) => a.length - b.length);
};
