import fc from 'fast-check';

/** The documented state table of collects, written out once more: what the doors are held against. */
const moves: Readonly<Record<Status, readonly Status[]>> = {
  todo: ['in_progress', 'error'],
  in_progress: ['finalized', 'error'],
  finalized: [],
  error: [],
};

type Status = 'todo' | 'in_progress' | 'finalized' | 'error';

/** What one client sends: a status, and the time that goes with it. */
export interface Step {
  client: 0 | 1;
  to: Status;
  time: 'none' | 'now' | 'far' | 'misplaced';
}

/** How one request ends: its status, and the code of a refusal or the status of the collect. */
export type End = `${number} ${string}`;

export const hasEnded = (status: string): boolean => status === 'finalized' || status === 'error';

const apply = (from: Status, { to, time }: Step): { end: End; status: Status } => {
  if (to === from) return { end: `200 ${from}`, status: from };
  const stays = (end: End) => ({ end, status: from });
  if (!moves[from].includes(to)) return stays('409 COLLECT_INVALID_TRANSITION');
  if (time === 'misplaced' && !hasEnded(to)) return stays('409 COLLECT_INVALID_TRANSITION');
  if (time === 'far') return stays('422 COLLECT_TIMESTAMP_INVALID');
  return { end: `200 ${to}`, status: to };
};

const orders = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));

/** Every way in which steps that are sent at once may end: the end of each, and the status afterwards. */
export const outcomesOf = (from: string, steps: readonly Step[]): { ends: End[]; status: string }[] =>
  orders(steps.map((_, at) => at)).map((order) => {
    const ends: End[] = [];
    let status = from as Status;
    for (const at of order) {
      const applied = apply(status, steps[at] as Step);
      ends[at] = applied.end;
      status = applied.status;
    }
    return { ends, status };
  });

const HOUR = 3_600_000;
const iso = (offset: number) => new Date(Date.now() + offset).toISOString();

/** The attributes of a step: the time under the name that goes with the status, or under the other one. */
export const attributesOf = ({ to, time }: Step): Record<string, string> => {
  const [own, other] = hasEnded(to) ? ['ended_at', 'started_at'] : ['started_at', 'ended_at'];
  if (time === 'none') return { status: to };
  if (time === 'misplaced') return hasEnded(to) ? { status: to } : { status: to, [String(other)]: iso(0) };
  return { status: to, [String(own)]: iso(time === 'far' ? 48 * HOUR : HOUR) };
};

// Moves that go on more often than others, so that most histories come to an end and try to go on from there.
const step: fc.Arbitrary<Step> = fc.record({
  client: fc.constantFrom(0, 1),
  to: fc.constantFrom('in_progress', 'in_progress', 'finalized', 'finalized', 'error', 'todo'),
  time: fc.constantFrom('none', 'none', 'now', 'now', 'far', 'misplaced'),
});

/** What two clients do to one collect: groups one after the other, the steps of a group at once. */
export const histories = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), {
  minLength: 3,
  maxLength: 6,
});
