import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { demoInvoices } from '../../local/demo/demo-data.ts';
import { makeDocument } from '../../local/demo/documents.ts';
import { fillParts } from '../docs/made-parts.ts';
import { endAll, run, startStackProcess } from '../local/run-command.ts';
import { isInstalled, runDeploy } from './run-deploy.ts';

const file = join(resolve(import.meta.dirname, '../..'), 'README.md');

afterAll(() => endAll());

/** Steps that say nothing of the release, which changes with every edit. */
const SHOWN = [
  'database instance',
  'value of wellspring-database-url-api',
  'login wellspring',
  'queue ocr-extract',
];

test('the README shows the plan as it is', async () => {
  const args = ['plan', '--project', 'shop-demo', '--region', 'europe-west1'];
  const { stdout } = await runDeploy(args, { PATH: '/usr/bin:/bin' });
  const [head = '', ...steps] = stdout.trimEnd().split('\n\n');
  const shown = SHOWN.map((title) => {
    const step = steps.find((text) => text.startsWith(`# ${title}`));
    if (!step) throw new Error(`the plan has no step "${title}"`);
    return step;
  });
  const plan = [`$ ./deploy.sh ${args.join(' ')}\n${head}`, ...shown].join('\n…\n');

  await expect(
    fillParts(await readFile(file, 'utf8'), { plan: `\`\`\`console\n${plan}\n…\n\`\`\`` }),
  ).toMatchFileSnapshot(file);
});

test('its calls take a document through the pipeline, with the key of a first workspace', async ({
  skip,
}) => {
  if (!isInstalled('jq')) skip('jq is not installed');
  const page = await readFile(file, 'utf8');
  const [, calls = '', answers = ''] = /```sh\n(key=[\s\S]*?)```\n\n```\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-readme-'));
  const stack = await startStackProcess(['--ephemeral', '--data', join(folder, 'data')]);
  try {
    const made = await run('workspace.ts', ['--name', 'Studio Lindenhof', '--country', 'FR'], {
      DATABASE_URL: stack.ready.database_url,
    });
    const workspace = { ...JSON.parse(made.stdout), functions: stack.ready.functions };
    await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace));
    const [invoice] = demoInvoices;
    if (!invoice) throw new Error('no demo invoice');
    await writeFile(join(folder, 'invoice.pdf'), await makeDocument(invoice));

    const { stdout } = await promisify(execFile)('bash', ['-euc', calls], { cwd: folder });

    // The list is of the moment: what is in it by then is on the page.
    const [first, ...listed] = stdout.trimEnd().split('\n');
    const [expected, ...page] = answers.trimEnd().split('\n');
    expect(first).toBe(expected);
    expect(listed.length).toBeGreaterThan(0);
    const typesOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as string[])[0]);
    expect(typesOf(page)).toEqual(expect.arrayContaining(typesOf(listed)));
  } finally {
    await stack.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
});
