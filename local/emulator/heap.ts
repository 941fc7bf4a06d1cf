/** A binary heap: `peek` and `pop` give the item that `before` puts first. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  pop(): T | undefined;
  push(item: T): void;
  /** Drops every item that fails the test, in linear time. */
  keep(test: (item: T) => boolean): void;
}

export const createHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  let items: T[] = [];

  const rise = (item: T, from: number): void => {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as T;
      if (!before(item, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  };

  const sink = (item: T, from: number): void => {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      const right = child + 1;
      if (right < items.length && before(items[right] as T, items[child] as T)) child = right;
      const below = items[child] as T;
      if (!before(below, item)) break;
      items[index] = below;
      index = child;
    }
    items[index] = item;
  };

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      items.push(item);
      rise(item, items.length - 1);
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0) sink(last as T, 0);
      return first;
    },
    keep(test) {
      items = items.filter(test);
      for (let index = (items.length >> 1) - 1; index >= 0; index -= 1) sink(items[index] as T, index);
    },
  };
};
