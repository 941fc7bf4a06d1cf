import { expect, it } from 'vitest';
import { fraction } from '../../../local/emulator/faults.ts';
import { post, queueName, setUp, startHandler } from './support.ts';

const statuses = [200, 204, 422, 500, 503, 302];

it.each([1, 2, 3])(
  'keeps its promises in a storm of failures and faults (seed %i)',
  { timeout: 30_000 },
  async (seed) => {
    const { emulator, client, clock } = await setUp({
      seed,
      queue: {
        rateLimits: { maxDispatchesPerSecond: 50, maxConcurrentDispatches: 8 },
        retryConfig: { maxAttempts: 6, minBackoff: { seconds: 1 }, maxBackoff: { seconds: 30 } },
      },
    });
    emulator.faults.set('work', {
      loseAnswer: 0.1,
      delay: { rate: 0.2, ms: 1500 },
      reorder: { rate: 0.3, withinMs: 4000 },
    });
    const inFlight = new Set<string>();
    const retryCounts = new Map<string, string[]>();
    const broken: string[] = [];
    const handler = await startHandler(async ({ headers }) => {
      const id = String(headers['x-cloudtasks-taskname']);
      const retryCount = String(headers['x-cloudtasks-taskretrycount']);
      if (inFlight.has(id)) broken.push(`${id} is in flight twice`);
      if (inFlight.size >= 8) broken.push('more than 8 are in flight');
      if (Number(headers['x-cloudtasks-tasketa']) * 1000 > clock.now()) broken.push(`${id} came early`);
      inFlight.add(id);
      retryCounts.set(id, [...(retryCounts.get(id) ?? []), retryCount]);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight.delete(id);
      return statuses[Math.floor(fraction(seed, id, retryCount) * statuses.length)] ?? 200;
    });
    for (let index = 0; index < 120; index += 1) await post(client, handler.url, { id: `t${index}` });

    await clock.advance(2 * 3_600_000);

    const stats = emulator.stats().queues[queueName];
    expect(broken).toEqual([]);
    expect(retryCounts.size).toBe(120);
    for (const counts of retryCounts.values())
      expect(counts).toEqual(counts.map((_, index) => String(index)));
    expect(stats).toMatchObject({ created: 120, waiting: 0, inFlight: 0, duplicates: 0 });
    expect((stats?.succeeded ?? 0) + (stats?.exhausted ?? 0)).toBe(120);
    expect(stats?.dispatched).toBe(handler.deliveries.length);
    expect(stats?.lostAnswers).toBeGreaterThan(0);
  },
);
