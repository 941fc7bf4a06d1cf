/** Most wishes that one call serves. */
const TOGETHER_MAX = 500;

interface Wish<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Serves many callers with few calls: while one call for a key is under way, whoever comes waits, and the next call
 * serves all of them. Nobody waits for company, and a call begins after everybody it serves has come, so that each sees
 * the state of its own time or later. Answers come in the order of the items; an error is everybody's.
 */
export function serveTogether<Item, Result>() {
  const waiting = new Map<string, Wish<Item, Result>[]>();

  const serve = async (key: string, call: (items: Item[]) => Promise<readonly Result[]>) => {
    // The rest of this turn may still bring callers.
    await Promise.resolve();
    for (let queue = waiting.get(key) ?? []; queue.length > 0; ) {
      const wishes = queue.splice(0, TOGETHER_MAX);
      try {
        const results = await call(wishes.map(({ item }) => item));
        wishes.forEach(({ resolve, reject }, at) => {
          if (at < results.length) resolve(results[at] as Result);
          else reject(new Error('a call left out one of those it was to serve'));
        });
      } catch (error) {
        for (const { reject } of wishes) reject(error);
      }
    }
    waiting.delete(key);
  };

  return (key: string, item: Item, call: (items: Item[]) => Promise<readonly Result[]>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const queue = waiting.get(key);
      if (queue) {
        queue.push({ item, resolve, reject });
        return;
      }
      waiting.set(key, [{ item, resolve, reject }]);
      void serve(key, call);
    });
}
