import { z } from 'zod';
import { type Clock, isManual } from './clock.ts';
import { ApiError, invalid } from './errors.ts';
import { type Faults, QueueFaults } from './faults.ts';
import type { Store } from './store.ts';

const Advance = z.strictObject({ ms: z.number().min(0), leaveRunning: z.boolean().default(false) });
const SetTime = z.strictObject({ time: z.iso.datetime(), leaveRunning: z.boolean().default(false) });

const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
};

export interface Controlled {
  clock: Clock;
  faults: Faults;
  store: Store;
}

/** Drives an emulator in another process: the paths under /emulator. Undefined when the path is none of them. */
export const answerControl = async (
  { clock, faults, store }: Controlled,
  verb: string,
  path: string,
  body: unknown,
): Promise<object | undefined> => {
  const manual = () => {
    if (isManual(clock)) return clock;
    throw new ApiError(
      'FAILED_PRECONDITION',
      'This emulator runs on the system clock, which cannot be moved.',
    );
  };
  const time = () => ({ now: new Date(clock.now()).toISOString() });
  const faultsOf = /^\/emulator\/faults\/(.+)$/.exec(path)?.[1];
  const queueId = faultsOf === undefined ? undefined : decodeURIComponent(faultsOf);

  if (queueId !== undefined && verb === 'GET') return faults.get(queueId);
  if (queueId !== undefined && verb === 'PUT') {
    faults.set(queueId, parse(QueueFaults, body));
    return faults.get(queueId);
  }
  if (queueId !== undefined && verb === 'DELETE') {
    faults.clear(queueId);
    return {};
  }
  switch (`${verb} ${path}`) {
    case 'DELETE /emulator/faults':
      faults.clear();
      return {};
    case 'GET /emulator/stats':
      return store.stats();
    case 'GET /emulator/clock':
      return time();
    case 'POST /emulator/clock:advance': {
      const { ms, leaveRunning } = parse(Advance, body);
      await manual().advance(ms, { leaveRunning });
      return time();
    }
    case 'POST /emulator/clock:set': {
      const { time: to, leaveRunning } = parse(SetTime, body);
      if (Date.parse(to) < clock.now()) throw invalid(`The clock is past ${to} and cannot go back.`);
      await manual().set(new Date(to), { leaveRunning });
      return time();
    }
    case 'POST /emulator/idle:wait':
      await store.whenIdle();
      return {};
    default:
      return undefined;
  }
};
