import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type CatalogueEntry, catalogue, queueName, workers } from '../../shared/domain/catalogue.ts';
import { collectStatuses, nextCollectStatuses } from '../../shared/domain/collect-states.ts';
import { taskStatuses } from '../../shared/domain/enrichment-types.ts';
import { nextStatuses } from '../../shared/domain/task-states.ts';
import { fillParts, markdownTable } from './made-parts.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** The first status is where a row begins; those that lead nowhere are its ends. */
function stateDiagram<Status extends string>(
  statuses: readonly Status[],
  next: Record<Status, readonly Status[]>,
): string {
  const edges = statuses.flatMap((from) => next[from].map((to) => `    ${from} --> ${to}`));
  const ends = statuses
    .filter((status) => next[status].length === 0)
    .map((status) => `    ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', `    [*] --> ${statuses[0]}`, ...edges, ...ends, '```'].join('\n');
}

const callerOf = (entry: CatalogueEntry): string => {
  if (entry.kind === 'worker') return `queue ${queueName(entry.name)}`;
  if (entry.kind === 'scheduled') return `schedule ${entry.schedule.replaceAll('*', '\\*')}`;
  return `${entry.method} ${entry.route}`;
};

const parts = {
  'task-states': stateDiagram(taskStatuses, nextStatuses),
  'collect-states': stateDiagram(collectStatuses, nextCollectStatuses),
  queues: markdownTable(
    ['queue', 'per second', 'at a time', 'attempts', 'backoff', 'runs of our code', 'targets'],
    workers.map(({ name, queue, maxRuns, targets }) => [
      queueName(name),
      queue.maxDispatchesPerSecond,
      queue.maxConcurrentDispatches,
      queue.maxAttempts,
      `${queue.minBackoffSeconds}–${queue.maxBackoffSeconds} s, doubled ${queue.maxDoublings} times`,
      maxRuns,
      targets.join(', '),
    ]),
  ),
  functions: markdownTable(
    ['function', 'called by', 'memory', 'requests at a time', 'seconds', 'database role', 'service account'],
    catalogue.map((entry) => [
      `\`${entry.name}\``,
      callerOf(entry),
      entry.memory,
      entry.concurrency,
      entry.timeBudgetSeconds,
      entry.kind === 'public' ? 'none' : entry.databaseRole,
      entry.serviceAccount,
    ]),
  ),
};

test('docs/architecture.md shows the state machines, queues and functions of the code', async () => {
  await expect(fillParts(page, parts)).toMatchFileSnapshot(join(root, 'docs/architecture.md'));
});

test('a part that nobody makes is refused', () => {
  expect(() => fillParts('<!-- made: other -->\n<!-- end -->', parts)).toThrow('other');
});

test('files that the page names exist', () => {
  const links = [...page.matchAll(/\]\((\.\.?\/[^)#]+|[\w-]+\.md)/g)].map(([, path = '']) => path);

  expect(links.length).toBeGreaterThan(3);
  for (const link of links) readFileSync(resolve(root, 'docs', link));
});
