export interface Random {
  next(): number;
  chance(share: number): boolean;
  int(from: number, to: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Around zero, most within one, all within three. */
  normal(): number;
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
}

/** The same seed gives the same numbers everywhere (mulberry32). */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    chance: (share) => next() < share,
    int,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    normal: () => next() + next() + next() + next() + next() + next() - 3,
    weighted<Key extends string>(weights: Readonly<Record<Key, number>>) {
      const entries = Object.entries<number>(weights) as [Key, number][];
      let at = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        at -= weight;
        if (at < 0) return key;
      }
      throw new RangeError('weights must add up to more than zero');
    },
  };
};
