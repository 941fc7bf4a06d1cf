import { setTimeout as sleep } from 'node:timers/promises';

/** First pause of a long poll, in milliseconds: most tasks take moments. */
const PAUSE_FIRST_MS = 200;
/** Longest pause, in milliseconds: how late an answer may be. */
const PAUSE_MAX_MS = 1_000;
/** Share by which a pause is longer or shorter, so that pollers do not come all at once. */
const JITTER = 0.25;

export interface Waiting {
  /** How long at most. */
  seconds: number;
  /** Ends the wait: nobody listens any more, or the process is about to stop. */
  until: AbortSignal;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  pause?: (ms: number, until: AbortSignal) => Promise<void>;
  now?: () => number;
  random?: () => number;
}

/**
 * Resolves as soon as `isOpen` says no, when the time is up, or when it is told to end. It asks again and again, with a
 * connection only while it asks: notifications would need one for as long as anybody waits, and get lost with it.
 */
export async function waitWhileOpen(
  isOpen: () => Promise<boolean>,
  { seconds, until, pause = pauseFor, now = () => performance.now(), random = Math.random }: Waiting,
): Promise<void> {
  const end = now() + seconds * 1_000;
  for (let ms = PAUSE_FIRST_MS; ; ms = Math.min(2 * ms, PAUSE_MAX_MS)) {
    const left = end - now();
    if (left <= 0 || until.aborted) return;
    await pause(Math.min(left, ms * (1 - JITTER + 2 * JITTER * random())), until);
    if (until.aborted || !(await isOpen())) return;
  }
}

const pauseFor = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
