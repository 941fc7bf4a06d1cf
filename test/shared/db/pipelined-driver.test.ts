import { expect, test } from 'vitest';
import { inFlights } from '../../../shared/db/pipelined-driver.ts';
import { last, later } from '../../../shared/db/sql.ts';

/** A server that answers when it is told to, and remembers what had come together by then. */
function server(failing: readonly string[] = []) {
  const flights: string[][] = [];
  let waiting: (() => void)[] = [];
  let flight: string[] = [];
  const connection = {
    query: (text: string) => {
      const name = text.split('\n')[0] ?? '';
      if (flight.length === 0) setImmediate(answer);
      flight.push(name);
      return new Promise<never>((resolve, reject) => {
        waiting.push(() =>
          failing.includes(name)
            ? reject(new Error(`${name} failed`))
            : resolve({ command: 'SELECT', fields: [], rowCount: 1, rows: [{ name }] } as never),
        );
      });
    },
  };
  const answer = () => {
    flights.push(flight);
    const answers = waiting;
    flight = [];
    waiting = [];
    for (const settle of answers) settle();
  };
  return { flights, query: inFlights(connection) };
}

const marked = (mark: typeof later, sql: string) => mark({ sql }).sql;

test('what nobody waits for goes with the next statement, and the commit with what was held for it', async () => {
  const { flights, query } = server();

  await query('START TRANSACTION');
  await query(marked(later, 'scope'));
  const { rows } = await query('read');
  await query(marked(later, 'note'));
  await query('COMMIT');

  expect(flights).toEqual([
    ['START TRANSACTION', 'scope', 'read'],
    ['note', 'COMMIT'],
  ]);
  expect(rows).toEqual([{ name: 'read' }]);
});

test('the last statement takes its commit along, and the commit that comes afterwards sends nothing', async () => {
  const { flights, query } = server();

  await query('START TRANSACTION');
  await query(marked(last, 'read'));
  await query('COMMIT');

  expect(flights).toEqual([['START TRANSACTION', 'read', 'COMMIT']]);
});

test('a failure of what was held is the failure of what it went with', async () => {
  const { query } = server(['scope']);

  await query('START TRANSACTION');
  await query(marked(later, 'scope'));

  await expect(query('read')).rejects.toThrow('scope failed');
});

test('a transaction of which nothing was sent is rolled back without a word', async () => {
  const { flights, query } = server();

  await query('START TRANSACTION');
  await query(marked(later, 'scope'));
  await query('ROLLBACK');

  expect(flights).toEqual([]);
});

test('a rollback drops what is held, and is sent where something else was', async () => {
  const { flights, query } = server();

  await query('START TRANSACTION');
  await query('write');
  await query(marked(later, 'note'));
  await query('ROLLBACK');

  expect(flights).toEqual([['START TRANSACTION', 'write'], ['ROLLBACK']]);
});

test('a commit that fails behind the last statement fails the transaction', async () => {
  const { query } = server(['COMMIT']);

  await query('START TRANSACTION');
  await query(marked(last, 'write'));

  await expect(query('COMMIT')).rejects.toThrow('COMMIT failed');
});

test('a statement after the last one is refused: it would run outside of its transaction', async () => {
  const { query } = server();

  await query('START TRANSACTION');
  await query(marked(last, 'write'));

  await expect(query('more')).rejects.toThrow('after the last one');
});
