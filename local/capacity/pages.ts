import type { Need } from './need.ts';

/** A figure as people read it: whole from ten on, else with two digits that say something. */
export const figure = (value: number): string =>
  value >= 10 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value === 0
      ? '0'
      : String(Number(value.toPrecision(2)));

/** What is said of each number of workspaces, row by row: words, and how to read them off. */
export const summaryRows: readonly [string, (need: Need) => string][] = [
  ['tasks a month', (need) => figure(need.tasks_per_month)],
  ['calls at doors a month', (need) => figure(need.calls_per_month)],
  ['instances in the busiest hour', (need) => figure(need.instances)],
  ['connections in the busiest hour', (need) => figure(need.connections.peak)],
  ['connections with every queue full', (need) => figure(need.connections.most)],
  [
    'database',
    ({ database, connections }) =>
      database
        ? `${database.cores} cores, ${database.gib} GiB, ${figure(database.disk_gb)} GB, ${connections.allowed} connections`
        : 'larger than any of the list',
  ],
  ['files after a year, GB', (need) => figure(need.storage_gb)],
  [
    'queues that have to be wider',
    ({ queues }) =>
      queues
        .filter(({ suffices }) => !suffices)
        .map(({ queue }) => queue)
        .join(', ') || 'none',
  ],
  ...(
    ['functions', 'queues', 'database', 'files', 'logs', 'scheduler', 'total', 'per_workspace'] as const
  ).map((part): [string, (need: Need) => string] => [
    `USD a month, ${part.replace('_', ' ')}`,
    (need) => figure(need.money[part]),
  ]),
];
