import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { HttpProblem, problemFromZod } from '../../../shared/errors.ts';
import { writeCursor } from '../../../shared/http/list-cursor.ts';
import { listQuery, viewQuery } from '../../../shared/http/list-query.ts';
import { oneOf, severalOf, timeRange } from '../../../shared/http/query-values.ts';

const Query = listQuery({
  name: 'runs',
  sorts: ['created_at', 'ended_at'],
  defaultSort: '-created_at',
  filters: {
    status: severalOf(z.enum(['todo', 'done'])),
    task: oneOf(z.guid()),
    created_at: timeRange(),
  },
  fields: { run: ['status', 'provider', 'people'], people: ['full_name'] },
  includes: ['people', 'task'],
});

const ID = '7e91cd02-0a3b-4f55-8811-fedcba987654';
const position = { key: '2026-06-02T09:14:58.123456Z', id: ID };
const cursor = (parts: object = {}, at = position) =>
  writeCursor({ list: 'runs', sort: '-created_at', filters: '', ...parts }, at);
const read = (search: string) => Query.parse(Object.fromEntries(new URLSearchParams(search)));
const refusal = (search: string, schema: z.ZodType = Query) => {
  const query = Object.fromEntries(new URLSearchParams(search));
  const { error } = schema.safeParse(query);
  if (!error) throw new Error(`${search} was taken`);
  const problem = problemFromZod(error, query, 'query');
  expect(problem).toBeInstanceOf(HttpProblem);
  return [problem.details?.path, problem.details?.issue];
};

test('without parameters a list begins with its newest twenty', () => {
  expect(read('')).toEqual({
    limit: 20,
    sort: { key: 'created_at', descending: true },
    after: null,
    filters: {},
    fields: {},
    include: null,
    cursor: { list: 'runs', sort: '-created_at', filters: '', parameter: 'cursor' },
  });
});

test('filters, fields, includes and sorts are taken apart', () => {
  const query = read(
    `filter[status]=done,todo,done&filter[task]=${ID}&filter[created_at][gte]=2026-06-01` +
      '&filter[created_at][lt]=2026-06-02T01:00:00%2B02:00&fields[run]=status,people&fields[people]=' +
      '&include=task,people&sort=ended_at&limit=500',
  );

  expect(query).toMatchObject({
    limit: 500,
    sort: { key: 'ended_at', descending: false },
    filters: {
      status: ['done', 'todo'],
      task: ID,
      created_at: { gte: '2026-06-01T00:00:00.000Z', lt: '2026-06-01T23:00:00.000Z' },
    },
    fields: { run: ['status', 'people'], people: [] },
    include: ['task', 'people'],
  });
});

describe('pages', () => {
  test.each([
    ['limit=3', 'cursor'],
    ['page[limit]=3', 'page[cursor]'],
    ['page[size]=3', 'page[after]'],
    [`limit=3&cursor=${cursor()}`, 'cursor'],
    [`page[limit]=3&page[cursor]=${cursor()}`, 'page[cursor]'],
    [`page[size]=3&page[after]=${cursor()}`, 'page[after]'],
    [`page[limit]=3&page[after]=${cursor()}`, 'page[after]'],
  ])('%s goes on with %s', (search, parameter) => {
    const query = read(search);

    expect(query.limit).toBe(3);
    expect(query.cursor.parameter).toBe(parameter);
    expect(query.after).toEqual(/cursor|after/.test(search) ? position : null);
  });

  test.each([
    ['limit=1&page[limit]=1', 'query.limit'],
    ['page[size]=1&page[limit]=1', 'query.page[limit]'],
    [`cursor=${cursor()}&page[cursor]=${cursor()}`, 'query.cursor'],
    [`cursor=${cursor()}&page[limit]=1`, 'query.cursor'],
    [`limit=1&page[after]=${cursor()}`, 'query.page[after]'],
  ])('%s says the same thing twice', (search, path) => {
    expect(refusal(search)).toEqual([path, expect.stringMatching(/^expected either .+ or .+/)]);
  });

  test.each(['page', 'page[number]', 'page[offset]', 'offset'])('%s is told to use a cursor', (name) => {
    expect(refusal(`${name}=2`)).toEqual([`query.${name}`, expect.stringContaining('page[cursor]')]);
  });

  test.each(['0', '501', '-1', '1.5', 'x', '', '1e9'])('a limit of %j is refused', (limit) => {
    expect(refusal(`limit=${limit}`)[0]).toBe('query.limit');
    expect(refusal(`page[size]=${limit}`)[0]).toBe('query.page[size]');
  });
});

describe('a cursor', () => {
  test('continues the list it came from, with the same sort and filters', () => {
    const search = 'filter[status]=todo&filter[created_at][gte]=2026-06-01&sort=ended_at';
    const first = read(search);
    const text = writeCursor(first.cursor, position);

    expect(read(`${search}&cursor=${text}`).after).toEqual(position);
    expect(
      read(`cursor=${text}&sort=ended_at&filter[created_at][gte]=2026-06-01&filter[status]=todo`).after,
    ).toEqual(position);
  });

  test.each([
    ['of another list', cursor({ list: 'tasks' })],
    ['of another sort', cursor({ sort: 'created_at' })],
    ['of other filters', cursor({ filters: read('filter[status]=todo').cursor.filters })],
    ['with a time of milliseconds', cursor({}, { key: '2026-06-02T09:14:58.123Z', id: ID })],
    ['with a day that is none', cursor({}, { key: '2026-02-30T09:14:58.123456Z', id: ID })],
    ['with a year that Postgres has not', cursor({}, { key: '0000-01-01T00:00:00.000000Z', id: ID })],
    ['with an id that is none', cursor({}, { key: position.key, id: '1' })],
    ['cut short', cursor().slice(0, -6)],
    ['of other bytes', Buffer.from('[1]').toString('base64url')],
    ['of no bytes', ''],
    ['of no text', '%00%FF'],
    ['beyond any length', 'a'.repeat(2_000)],
  ])('%s is refused', (_what, text) => {
    expect(refusal(`cursor=${text}`)[0]).toBe('query.cursor');
    expect(refusal(`page[cursor]=${text}`)[0]).toBe('query.page[cursor]');
  });
});

describe('a parameter that the list does not have', () => {
  test.each([
    ['filter[name]=x', 'query.filter[name]', 'filter[status]'],
    ['filter[status][eq]=todo', 'query.filter[status][eq]', 'filter[status]'],
    ['filter[created_at]=2026-06-01', 'query.filter[created_at]', 'filter[created_at][gte]'],
    ['filter=status', 'query.filter', 'filter[status]'],
    ['fields[task]=title', 'query.fields[task]', 'fields[run], fields[people]'],
    ['fields=status', 'query.fields', 'fields[run]'],
    ['q=x', 'query.q', 'include'],
    ['__proto__=x', 'query.__proto__', 'sort'],
  ])('%s is named, with those it has', (search, path, mend) => {
    expect(refusal(search)).toEqual([path, expect.stringContaining(mend)]);
  });

  test('by a long name makes no long answer', () => {
    const [path, issue] = refusal(`filter[${'x'.repeat(5_000)}]=1`);

    expect(`${path}${issue}`.length).toBeLessThan(400);
  });
});

test.each([
  ['filter[status]=open', 'query.filter[status]', 'todo'],
  ['filter[status]=todo,', 'query.filter[status]', 'todo'],
  ['filter[status]=', 'query.filter[status]', 'expected a value'],
  ['filter[task]=7', 'query.filter[task]', 'GUID'],
  ['filter[created_at][lt]=yesterday', 'query.filter[created_at][lt]', '2026'],
  ['filter[created_at][lt]=0000-01-01', 'query.filter[created_at][lt]', '1970'],
  ['filter[created_at][lt]=9999-12-31T23:59:59-23:59', 'query.filter[created_at][lt]', '2199'],
  [`filter[status]=${Array.from({ length: 51 }, (_, n) => n)}`, 'query.filter[status]', 'at most 50'],
  ['fields[run]=status,pk', 'query.fields[run]', 'provider'],
  ['include=people.memberships', 'query.include', 'people'],
  ['sort=status', 'query.sort', '-created_at'],
  ['sort=created_at,-ended_at', 'query.sort', '-created_at'],
  ['sort=', 'query.sort', '-created_at'],
])('%s is refused by name', (search, path, mend) => {
  expect(refusal(search)).toEqual([path, expect.stringContaining(mend)]);
});

test('the parameters of a list can be read from its schema', () => {
  const { properties, additionalProperties } = z.toJSONSchema(Query, { io: 'input' });

  expect(additionalProperties).toBe(false);
  expect(Object.keys(properties ?? {})).toEqual([
    ...['limit', 'page[limit]', 'page[size]', 'cursor', 'page[cursor]', 'page[after]', 'sort'],
    ...['filter[status]', 'filter[task]', 'filter[created_at][gte]', 'filter[created_at][lt]'],
    ...['fields[run]', 'fields[people]', 'include'],
  ]);
});

describe('one resource', () => {
  const View = viewQuery({ fields: { run: ['status'] }, includes: ['people'] });

  test('may be shown in part', () => {
    expect(View.parse({ 'fields[run]': 'status', include: '' })).toEqual({
      fields: { run: ['status'] },
      include: [],
    });
  });

  test.each(['limit=1', 'sort=created_at', 'filter[status]=todo'])('knows no %s', (search) => {
    expect(refusal(search, View)[0]).toBe(`query.${search.split('=')[0]}`);
  });

  test('without relationships knows no include', () => {
    expect(refusal('include=people', viewQuery({ fields: { run: [] } }))[0]).toBe('query.include');
  });
});
