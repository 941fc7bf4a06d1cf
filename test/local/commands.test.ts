import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { demoInvoices } from '../../local/demo/demo-data.ts';
import { makeDocument } from '../../local/demo/documents.ts';
import { endAll, run } from './run-command.ts';

// Each starts a process.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wellspring-commands-'));
  const [invoice] = demoInvoices;
  if (!invoice) throw new Error('no demo invoice');
  await writeFile(join(folder, 'invoice.pdf'), await makeDocument(invoice));
  await writeFile(join(folder, 'garbage.pdf'), Buffer.alloc(64));
});

afterAll(async () => {
  await endAll();
  await rm(folder, { recursive: true, force: true });
});

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.concurrent('every command', () => {
  it.each(['start.ts', 'env.ts', 'demo.ts', 'try.ts', 'migrate.ts', 'config.ts', 'bundle.ts'])(
    '%s explains itself',
    async (file) => {
      const { code, stdout, stderr } = await run(file, ['--help']);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/npm (start|run \w+)/);
    },
  );

  it.each([
    ['start.ts', '--bogus'],
    ['capacity.ts', '--bogus'],
    ['try.ts', 'ocr_extract', '--bogus'],
  ])('%s refuses an option it does not know', async (file, ...args) => {
    const { code, stdout, stderr } = await run(file, args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe("wellspring: Unknown option '--bogus'; --help lists the options\n");
  });

  it.each([
    ['a port that is none', ['start.ts', '--port-base', '70000'], 'not "70000"'],
    ['data that is no folder', ['start.ts', '--data', 'package.json'], 'package.json is no folder'],
    ['a database that is not named', ['migrate.ts'], 'DATABASE_URL is not set'],
    ['a stack that does not run', ['env.ts', '--data', tmpdir()], 'start one with "npm start"'],
    ['a number that is none', ['capacity.ts', '--workspaces', 'ten'], 'not "ten"'],
    ['a document that is missing', ['demo.ts', '/nowhere.pdf'], 'there is no file or folder /nowhere.pdf'],
    ['a folder that is missing', ['try.ts', 'ai_invoice', '/nowhere'], 'there is no file or folder /nowhere'],
  ])('says what is wrong with %s', async (_, [file = '', ...args], sentence) => {
    const { code, stdout, stderr } = await run(file, args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

it('config lists every wrong setting at once, and no secret', async () => {
  const { code, stdout, stderr } = await run('config.ts', ['--json'], {
    DATABASE_URL: 'mysql://app:hunter2@db.example/x',
    LEASE_SECONDS: 'soon',
    MODEL_PROVIDER: 'vertex',
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/DATABASE_URL: [\s\S]*LEASE_SECONDS: [\s\S]*MODEL_NAME: /);
  expect(stderr).not.toContain('hunter2');
});

describe.concurrent('try', () => {
  it('answers a line per file of a folder, the bad ones too', async () => {
    const { code, stdout } = await run('try.ts', ['ai_invoice', folder, '--json']);

    const [garbage, invoice] = lines(stdout);
    expect(code).toBe(0);
    expect(garbage).toMatchObject({ status: 'failed', code: 'UNSUPPORTED_TYPE', invoice: {} });
    expect(invoice).toMatchObject({
      status: 'extracted',
      invoice: { invoice_number: 'NL-2026-1041', total_amount: '1190' },
    });
    expect(Object.keys(invoice).sort()).toEqual(
      [
        ...['file', 'status', 'code', 'message', 'ms', 'pages', 'text_chars', 'document_type_code'],
        ...['invoice', 'confidence', 'source'],
      ].sort(),
    );
  });

  it('answers the text of a document', async () => {
    const { code, stdout } = await run('try.ts', ['ocr_extract', join(folder, 'invoice.pdf'), '--json']);

    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      expect.objectContaining({
        status: 'extracted',
        pages: 1,
        text: expect.stringContaining('NL-2026-1041'),
      }),
    ]);
  });

  it('knows no worker of another name', async () => {
    const { code, stdout, stderr } = await run('try.ts', ['nonsense']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no worker "nonsense" to try');
  });
});
