import { describe, expect, it } from 'vitest';
import { post, queueName, setUp, startHandler, task, transports } from './support.ts';

describe.each(transports)('over %s', (transport) => {
  it('creates a queue and fills the documented defaults', async () => {
    const { client } = await setUp({ transport });

    const [queue] = await client.getQueue({ name: queueName });

    expect(queue).toMatchObject({
      name: queueName,
      state: 'RUNNING',
      rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 100, maxDoublings: 16 },
      purgeTime: null,
    });
    expect(queue.retryConfig?.minBackoff).toMatchObject({ nanos: 100_000_000 });
    expect(Number(queue.retryConfig?.maxBackoff?.seconds)).toBe(3600);
  });

  it('delivers a task and forgets it', async () => {
    const { client, clock } = await setUp({ transport });
    const handler = await startHandler();

    const [created] = await client.createTask({
      parent: queueName,
      task: {
        name: task('a1'),
        httpRequest: {
          url: `${handler.url}ocr`,
          body: Buffer.from('hello'),
          headers: { 'Content-Type': 'text/plain' },
        },
      },
    });
    await clock.advance(0);

    expect(created).toMatchObject({ name: task('a1'), view: 'BASIC', dispatchCount: 0 });
    expect(handler.deliveries).toMatchObject([{ method: 'POST', url: '/ocr', body: 'hello' }]);
    await expect(client.getTask({ name: task('a1') })).rejects.toMatchObject({ code: 5 });
  });

  it('tries a failed task again after its backoff', async () => {
    const { client, clock } = await setUp({
      transport,
      queue: { retryConfig: { minBackoff: { seconds: 10 } } },
    });
    const handler = await startHandler((_, index) => (index === 0 ? 500 : 200));
    await post(client, handler.url);

    await clock.advance(9_999);
    expect(handler.deliveries).toHaveLength(1);
    await clock.advance(1);

    expect(handler.deliveries).toHaveLength(2);
  });
});
