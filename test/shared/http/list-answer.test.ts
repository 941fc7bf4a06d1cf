import { describe, expect, test } from 'vitest';
import { resource, toOne } from '../../../shared/http/document.ts';
import { listAnswer, viewDocument } from '../../../shared/http/list-answer.ts';
import { listQuery } from '../../../shared/http/list-query.ts';

const Query = listQuery({
  name: 'runs',
  sorts: ['created_at'],
  defaultSort: '-created_at',
  filters: {},
  fields: { run: ['status', 'provider', 'people'], people: ['full_name', 'job_title'] },
  includes: ['people'],
});

const IDS = ['7e91cd02-0a3b-4f55-8811-fedcba987654', 'd8b1a4f2-11cc-4e77-b933-abc123456789'] as const;
const run = (id: string) =>
  resource('run', id, { status: 'todo', provider: null }, { people: toOne('people', IDS[1]) });
const person = resource('people', IDS[1], { full_name: 'A Person', job_title: null });
const row = (id: string, n: number) => ({ id, sort_key: `2026-06-02T09:14:58.12345${n}Z` });

const answer = (search: string, { more = false } = {}) => {
  const query = Object.fromEntries(new URLSearchParams(search));
  delete query.workspaceId;
  return listAnswer(Query.parse(query), {
    self: search === '' ? '/v1/runs' : `/v1/runs?${new URLSearchParams(search)}`,
    page: { rows: IDS.map(row), more, total: 7, totalIsExact: true },
    resourceOf: ({ id }) => run(id),
    included: [person, person],
  }).body as Record<string, unknown> & { links: Record<string, string>; data: unknown[] };
};

test('a list says how many it shows and how many there are', () => {
  expect(answer('')).toEqual({
    data: IDS.map(run),
    links: { self: '/v1/runs', next: null },
    meta: { count: 2, total: 7, total_is_exact: true },
  });
});

describe('the link to the next page', () => {
  test.each([
    ['', 'cursor'],
    ['limit=2&sort=created_at&workspaceId=7', 'cursor'],
    ['page[limit]=2&include=people', 'page[cursor]'],
    ['page[size]=2', 'page[after]'],
  ])('of ?%s is the same query with %s', (search, parameter) => {
    const { links } = answer(search, { more: true });

    const next = new URL(links.next ?? '', 'http://relative.test');
    const expected = new URLSearchParams(search);
    const written = next.searchParams.get(parameter) ?? '';
    expected.set(parameter, written);
    expect(next.pathname).toBe('/v1/runs');
    expect(Object.fromEntries(next.searchParams)).toEqual(Object.fromEntries(expected));
    next.searchParams.delete('workspaceId');
    expect(Query.parse(Object.fromEntries(next.searchParams)).after).toEqual({
      key: '2026-06-02T09:14:58.123451Z',
      id: IDS[1],
    });
  });
});

describe('an answer in part', () => {
  test('has the chosen attributes and relationships only', () => {
    const { data } = answer('fields[run]=status');

    expect(data[0]).toEqual({
      type: 'run',
      id: IDS[0],
      attributes: { status: 'todo' },
      relationships: {},
    });
  });

  test('brings related resources once, in part too', () => {
    expect(answer('include=people&fields[people]=full_name').included).toEqual([
      { type: 'people', id: IDS[1], attributes: { full_name: 'A Person' } },
    ]);
  });

  test('says so when nothing came along', () => {
    const view = { fields: {}, include: [] };

    expect(viewDocument(view, run(IDS[0]))).toEqual({ data: run(IDS[0]), included: [] });
    expect(viewDocument({ ...view, include: null }, run(IDS[0]))).toEqual({ data: run(IDS[0]) });
  });
});
