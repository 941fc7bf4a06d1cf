import { setTimeout as wait } from 'node:timers/promises';
import type { StackDescription } from '../stack-file.ts';

interface Counters {
  created: number;
  dispatched: number;
  duplicates: number;
  lostAnswers: number;
  waiting: number;
  inFlight: number;
}

/** How long the queue may take to try again what it got no answer for, in milliseconds. */
const RETRY_MAX_MS = 10_000;
const POLL_MS = 100;

/**
 * Makes a queue of the emulator deliver the next task twice and lose its first answer, which the queue then retries;
 * `report` says what became of it. Both are what Cloud Tasks may do at any time.
 */
export async function watchQueue(
  { cloud_tasks: { rest, project, location } }: StackDescription,
  queueId: string,
) {
  const name = `projects/${project}/locations/${location}/queues/${queueId}`;
  const counters = async (): Promise<Counters> => {
    const answer = await fetch(`${rest}/emulator/stats`);
    const { queues } = (await answer.json()) as { queues: Record<string, Counters> };
    const found = queues[name];
    if (!found) throw new Error(`the emulator has no queue ${name}`);
    return found;
  };
  const answer = await fetch(`${rest}/emulator/faults/${queueId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ duplicate: { times: 1 }, loseAnswer: { times: 1 } }),
  });
  if (!answer.ok) throw new Error(`the emulator took no faults: ${await answer.text()}`);
  const before = await counters();

  return {
    async report(): Promise<string> {
      const started = performance.now();
      let after = await counters();
      while (after.waiting + after.inFlight > 0 && performance.now() - started < RETRY_MAX_MS) {
        await wait(POLL_MS);
        after = await counters();
      }
      const count = (name: keyof Counters, one: string, many: string) => {
        const number = after[name] - before[name];
        return `${number} ${number === 1 ? one : many}`;
      };
      const facts = [
        count('created', 'task', 'tasks'),
        count('dispatched', 'delivery', 'deliveries'),
        count('duplicates', 'duplicate', 'duplicates'),
        count('lostAnswers', 'answer lost on the way', 'answers lost on the way'),
      ];
      return `queue ${queueId}: ${facts.join(', ')}; the work was done once per task`;
    },
  };
}
