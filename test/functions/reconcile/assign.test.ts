import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Edge } from '../../../functions/reconcile/assign.ts';
import { subsetsWithSum } from '../../../functions/reconcile/subsets.ts';

const edge = (left: string, right: string, gain: number): Edge => ({ left, right, gain });
const pairs = (edges: Edge[]) =>
  assign(edges)
    .map(({ edge: { left, right } }) => `${left}${right}`)
    .sort();

const bestTotal = (edges: readonly Edge[]): number => {
  const [first, ...rest] = edges;
  if (!first) return 0;
  const free = rest.filter(({ left, right }) => left !== first.left && right !== first.right);
  return Math.max(bestTotal(rest), first.gain + bestTotal(free));
};

describe('assign', () => {
  it('prefers the best total over the best single pair', () => {
    expect(pairs([edge('a', 'x', 5), edge('a', 'y', 4), edge('b', 'x', 4)])).toEqual(['ay', 'bx']);
  });

  it('leaves out what has no partner left', () => {
    expect(pairs([edge('a', 'x', 2), edge('b', 'x', 3)])).toEqual(['bx']);
  });

  it('says how much is lost without a pair', () => {
    const [chosen] = assign([edge('a', 'x', 5), edge('a', 'y', 3)]);

    expect(chosen).toMatchObject({ edge: { right: 'x' }, margin: 2 });
  });

  it('gives a lone pair its whole gain as margin', () => {
    expect(assign([edge('a', 'x', 5)])).toMatchObject([{ margin: 5 }]);
  });

  it('finds the best total of any small graph, in any order of its edges', () => {
    const graph = fc.uniqueArray(
      fc.tuple(fc.constantFrom(...'abcd'), fc.constantFrom(...'wxyz'), fc.integer({ min: 1, max: 9 })),
      {
        selector: ([left, right]) => `${left}${right}`,
        maxLength: 9,
      },
    );
    fc.assert(
      fc.property(graph, (drawn) => {
        const edges = drawn.map(([left, right, gain]) => edge(left, right, gain));

        const found = assign(edges);

        expect(found.reduce((sum, { edge: { gain } }) => sum + gain, 0)).toBe(bestTotal(edges));
        expect(pairs(edges.toReversed())).toEqual(pairs(edges));
      }),
    );
  });

  it('still assigns a block too large for the exact way', () => {
    const edges = Array.from({ length: 450 }, (_, at) => [
      edge(`l${at}`, `r${at}`, 3),
      edge(`l${at}`, `r${(at + 1) % 450}`, 1),
    ]).flat();

    expect(assign(edges).every(({ edge: { left, right } }) => left.slice(1) === right.slice(1))).toBe(true);
  });
});

describe('subsetsWithSum', () => {
  it('finds every choice, fewest terms first', () => {
    expect(subsetsWithSum([5, 3, 2, 8], 8)).toEqual([[3], [0, 1]]);
  });

  it('takes negative terms for what is set off', () => {
    expect(subsetsWithSum([100, 50, -30], 120, { least: 3 })).toEqual([[0, 1, 2]]);
  });

  it('refuses more terms than it can try', () => {
    expect(() => subsetsWithSum(new Array(13).fill(1), 3)).toThrow(RangeError);
  });
});
