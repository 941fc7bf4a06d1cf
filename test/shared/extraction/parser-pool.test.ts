import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  createParserPool,
  type ParserPool,
  type ParserPoolSettings,
} from '../../../shared/extraction/parser-pool.ts';
import { readDocument } from '../../../shared/extraction/read-document.ts';
import { drawRows, flateBomb, invoiceRows, makePdf, nestedPdf } from '../../support/documents.ts';

const pools: ParserPool[] = [];
const makePool = (settings: ParserPoolSettings = {}): ParserPool => {
  const pool = createParserPool({ children: 1, ...settings });
  pools.push(pool);
  return pool;
};
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

/** For what needs no limits of its own: a child takes most of a second to start. */
const shared = createParserPool({ children: 1 });
afterAll(() => shared.close());

const invoice = await makePdf(drawRows(invoiceRows));
/** A kilobyte that becomes 160 MB: too much for a low ceiling, and work for longer than a short clock. */
const bomb = flateBomb(160_000_000);
const MEGABYTE = 1024 * 1024;

describe('a parser child', () => {
  it('is kept for the next document, and replaced after its number of documents', async () => {
    const pool = makePool({ documentsMax: 2 });

    await readDocument(invoice, { pool });
    const first = pool.pids();
    let second: number[] = [];
    await readDocument(invoice, { pool, onPage: () => (second = pool.pids()) });
    const result = await readDocument(invoice, { pool });

    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    expect(result.ok).toBe(true);
    expect(pool.pids()).not.toEqual(first);
  });

  it('dies of a bomb at its memory ceiling, and the next document gets another', async () => {
    const pool = makePool({ memoryMaxBytes: 200 * MEGABYTE });

    const result = await readDocument(bomb, { pool });
    const next = await readDocument(invoice, { pool });

    expect(result).toMatchObject({ ok: false, code: 'TOO_LARGE' });
    expect(next.ok).toBe(true);
  });

  it('dies at its clock when a document does not end', async () => {
    const pool = makePool({ pageClockMs: 150 });

    expect(await readDocument(bomb, { pool })).toMatchObject({ ok: false, code: 'TOO_LARGE' });
  });

  it('survives contents nested deeper than any reader goes', async () => {
    const result = await readDocument(nestedPdf(50_000), { pool: shared, languages: ['en'] });
    const next = await readDocument(invoice, { pool: shared });

    expect(result.ok || result.code === 'UNREADABLE').toBe(true);
    expect(next.ok).toBe(true);
  });

  it('takes one document at a time; one that waits can be given up', async () => {
    const controller = new AbortController();

    const first = readDocument(invoice, { pool: shared });
    const waiting = readDocument(invoice, { pool: shared, signal: controller.signal });
    const last = readDocument(invoice, { pool: shared });
    controller.abort(new Error('given up'));

    await expect(waiting).rejects.toThrow('given up');
    expect((await first).ok && (await last).ok).toBe(true);
    expect(shared.pids()).toHaveLength(1);
  });

  it('dies with the signal of its document, which then rejects with the reason', async () => {
    await readDocument(invoice, { pool: shared });
    const reason = new Error('the task is over');
    const controller = new AbortController();

    const reading = readDocument(bomb, { pool: shared, signal: controller.signal });
    setImmediate(() => controller.abort(reason));

    await expect(reading).rejects.toBe(reason);
  });

  it('ends when its parent is killed, and never keeps its parent alive', async () => {
    const parent = fork(new URL('../../support/reading-parent.ts', import.meta.url), [], { execArgv: [] });
    const [child] = (await once(parent, 'message')) as [number];

    parent.kill('SIGKILL');
    await once(parent, 'exit');

    await expect.poll(() => isAlive(child), { timeout: 5_000 }).toBe(false);
    const idle = fork(new URL('../../support/reading-parent.ts', import.meta.url), ['then end'], {
      execArgv: [],
    });
    expect(await once(idle, 'exit')).toEqual([0, null]);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
