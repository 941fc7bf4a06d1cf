import { queueName, workers } from '../shared/domain/catalogue.ts';

export interface QueueTarget {
  /** REST address of the emulator. */
  restUrl: string;
  project: string;
  location: string;
}

/** Makes the queues of the catalogue in an emulator, through the API: UpdateQueue creates what is missing. */
export async function createQueues({ restUrl, project, location }: QueueTarget): Promise<void> {
  await Promise.all(
    workers.map(async ({ name, queue }) => {
      const path = `projects/${project}/locations/${location}/queues/${queueName(name)}`;
      const answer = await fetch(`${restUrl}/v2/${path}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          rateLimits: {
            maxDispatchesPerSecond: queue.maxDispatchesPerSecond,
            maxConcurrentDispatches: queue.maxConcurrentDispatches,
          },
          retryConfig: {
            maxAttempts: queue.maxAttempts,
            minBackoff: `${queue.minBackoffSeconds}s`,
            maxBackoff: `${queue.maxBackoffSeconds}s`,
            maxDoublings: queue.maxDoublings,
          },
        }),
      });
      if (!answer.ok) throw new Error(`queue ${name} was not created: ${await answer.text()}`);
    }),
  );
}
