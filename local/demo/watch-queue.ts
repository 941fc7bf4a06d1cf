import type { StackDescription } from '../stack-file.ts';

interface Counters {
  created: number;
  dispatched: number;
  duplicates: number;
  lostAnswers: number;
}

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
      const after = await counters();
      const more = (name: keyof Counters) => after[name] - before[name];
      return `queue ${queueId}: ${more('created')} task, ${more('dispatched')} deliveries and ${more('duplicates')} duplicate, ${more('lostAnswers')} answer lost on the way; the work was done once`;
    },
  };
}
