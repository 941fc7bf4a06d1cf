/** Names that are gone but cannot be used again yet. */
export interface Reservations {
  add(name: string, now: number): void;
  has(name: string, now: number): boolean;
  readonly size: number;
}

/** Keeps each name for `keepMs`; every call forgets what has run out, so memory follows recent traffic only. */
export const createReservations = (keepMs: number): Reservations => {
  const until = new Map<string, number>();

  // All names are kept equally long, so the map's insertion order is the order in which they run out.
  const forget = (now: number): void => {
    for (const [name, end] of until) {
      if (end > now) return;
      until.delete(name);
    }
  };

  return {
    add(name, now) {
      forget(now);
      until.delete(name);
      until.set(name, now + keepMs);
    },
    has(name, now) {
      forget(now);
      return until.has(name);
    },
    get size() {
      return until.size;
    },
  };
};
