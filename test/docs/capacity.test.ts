import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as assumed from '../../local/capacity/assumptions.ts';
import { needOf } from '../../local/capacity/need.ts';
import { figure, summaryRows } from '../../local/capacity/pages.ts';
import { databaseTiers, prices } from '../../local/capacity/prices.ts';
import { fillParts, markdownTable } from './made-parts.ts';

const file = join(resolve(import.meta.dirname, '../..'), 'docs/capacity.md');
const needs = [1, 100, 10_000].map(needOf);
const large = needOf(10_000);

const words = (name: string) => name.toLowerCase().replaceAll('_', ' ');
const constants = Object.entries(assumed).flatMap(([name, value]): [string, number][] =>
  typeof value === 'number' ? [[words(name), value]] : [],
);
const { source, asOf, currency, ...items } = prices;

const parts = {
  summary: markdownTable(
    [
      '',
      ...needs.map(
        ({ workspaces }) => `${figure(workspaces)} ${workspaces === 1 ? 'workspace' : 'workspaces'}`,
      ),
    ],
    summaryRows.map(([name, read]) => [name, ...needs.map(read)]),
  ),
  queues: markdownTable(
    ['queue', 'needs at a time', 'has', 'needs per second', 'has', ''],
    large.queues.map(({ queue, needs: wanted, allows, suffices }) => [
      queue,
      figure(wanted.at_a_time),
      allows.at_a_time,
      figure(wanted.per_second),
      allows.per_second,
      suffices ? '' : 'too narrow',
    ]),
  ),
  assumptions: markdownTable(['assumption', 'value'], constants),
  prices: `${currency}, ${source} of ${asOf}:\n\n${markdownTable(
    ['price', currency],
    Object.entries(items).flatMap(([service, list]) =>
      Object.entries(list).map(([unit, price]) => [`${service}: ${unit}`, price]),
    ),
  )}\n\n${markdownTable(
    ['database: cores', 'GiB', 'connections unless a flag says otherwise'],
    databaseTiers.map(({ cores, gib, connections }) => [cores, gib, connections]),
  )}`,
};

test('docs/capacity.md is what the calculator says', async () => {
  await expect(fillParts(readFileSync(file, 'utf8'), parts)).toMatchFileSnapshot(file);
});

test('the work of a month grows with the workspaces, and the sweep does not', () => {
  const perMonth = (workspaces: number, name: string) =>
    needOf(workspaces).functions.find((need) => need.name === name)?.per_month;

  expect(perMonth(300, 'ocr_extract')).toBe(300 * assumed.DOCUMENTS);
  expect(perMonth(300, 'sweep')).toBe(perMonth(1, 'sweep'));
});

test.for([
  // 10,000 × 120 documents × 2 % of them in 3,600 s is 6.67 a second, 1.62 s each, half as much again: 16.2 at once.
  ['ocr_extract', { per_second: 6.67, at_a_time: 16.2, instances: 4 }],
  // 10,000 × 370 × 2 % in 3,600 s is 20.6 a second, 0.2 s each: 6.2 at once, four to an instance.
  ['reconcile', { per_second: 20.56, at_a_time: 6.2, instances: 2 }],
  ['sweep', { per_second: 0.02, at_a_time: 0, instances: 1 }],
] as const)('%s of 10,000 workspaces', ([name, expected]) => {
  const need = large.functions.find((one) => one.name === name);

  expect(need?.per_second).toBeCloseTo(expected.per_second, 1);
  expect(need?.at_a_time).toBeCloseTo(expected.at_a_time, 1);
  expect(need?.instances).toBe(expected.instances);
  expect(need?.connections).toBe(expected.instances * 4);
});

test('a queue that holds back is named, and one that does not is not', () => {
  const narrow = (workspaces: number) =>
    needOf(workspaces)
      .queues.filter(({ suffices }) => !suffices)
      .map(({ queue }) => queue);

  expect(narrow(100)).toEqual([]);
  expect(narrow(10_000)).toEqual(['ocr-extract']);
  expect(narrow(100_000)).toContain('ai-invoice');
});

test.for(needs)('what $workspaces workspaces are told holds together', (need) => {
  const { total, per_workspace, ...money } = need.money;

  expect(need.connections.most).toBeGreaterThanOrEqual(need.connections.peak);
  expect(need.connections.allowed).toBeGreaterThanOrEqual(
    need.connections.most + assumed.RESERVED_CONNECTIONS,
  );
  expect(Object.values(money).reduce((sum, part) => sum + part)).toBeCloseTo(total, 6);
  expect(per_workspace * need.workspaces).toBeCloseTo(total, 6);
});

test('more than any database of the list can serve is said, not squeezed in', () => {
  expect(needOf(9_999_999).database).toBeNull();
});
