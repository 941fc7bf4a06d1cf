import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tryReconcile } from '../../../local/try/reconcile.ts';
import { anInvoice, aTransaction } from '../../support/payments/factories.ts';

let folder = '';
let printed: { out: string; err: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'try-reconcile-'));
  printed = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    printed[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const file = async (name: string, content: unknown) => {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const run = async (transactions: unknown, invoices: unknown, ...more: string[]) =>
  tryReconcile([
    '--transactions',
    await file('t.json', transactions),
    '--invoices',
    await file('i.json', invoices),
    ...more,
  ]);

const payment = aTransaction({ label: 'FA-2026-00417' });

describe('tryReconcile', () => {
  it('prints the links as one JSON object', async () => {
    const code = await run([payment], { meta: {}, invoices: [anInvoice()] }, '--json');

    expect(code).toBe(0);
    expect(JSON.parse(printed.out)).toEqual({
      links: [
        {
          transaction_id: 't1',
          invoice_id: 'i1',
          amount: '1234.56',
          currency: 'EUR',
          decision: 'auto',
          score: expect.any(Number),
        },
      ],
      seconds: expect.any(Number),
    });
  });

  it('prints a table without --json', async () => {
    await run({ transactions: [payment] }, [anInvoice()]);

    expect(printed.out).toMatch(/^transaction {2,}invoice[^\n]*\nt1 +i1 +1234\.56 EUR +auto/);
  });

  it('names a faulty record, its field and what to write instead, and goes on', async () => {
    const code = await run(
      [payment, { transaction_id: 't9', currency: 'EUR' }, { ...payment, transaction_id: 't8', amount: '0' }],
      [anInvoice()],
      '--json',
    );

    expect(code).toBe(0);
    expect(printed.err).toMatch(/t\.json: transaction 1 \(t9\) left out: amount must be a decimal string/);
    expect(printed.err).toMatch(/t8 left out: amount is zero/);
    expect(JSON.parse(printed.out).links).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['is not JSON', '[1,', /i\.json is not JSON/],
    ['holds no list', { rows: [] }, /i\.json must hold a list, or an object with a list under "invoices"/],
    ['holds no usable record', [1, 2], /i\.json holds no record that can be used/],
  ])('refuses a file that %s', async (_, invoices, message) => {
    await expect(run([payment], invoices)).rejects.toThrow(message);
    expect(printed.out).toBe('');
  });

  it('refuses a file that is not there', async () => {
    await expect(
      tryReconcile(['--transactions', join(folder, 'none.json'), '--invoices', 'x']),
    ).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  it('takes empty lists', async () => {
    expect(await run([], [], '--json')).toBe(0);
    expect(JSON.parse(printed.out).links).toEqual([]);
  });

  it('asks for what is missing and helps when asked', async () => {
    expect(await tryReconcile(['--transactions', 'x'])).toBe(2);
    expect(printed.err).toMatch(/--invoices FILE is missing/);
    expect(await tryReconcile(['--help'])).toBe(0);
    expect(printed.out).toMatch(/npm run try -- reconcile/);
  });
});
