import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue, queueName } from '../shared/domain/catalogue.ts';
import { enrichmentTypes } from '../shared/domain/enrichment-types.ts';

const root = resolve(import.meta.dirname, '..');
const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
const source = (file: string) => readFileSync(join(root, file), 'utf8');

const sources = [...filesUnder('functions', '.ts'), ...filesUnder('shared', '.ts')];

/** The part of the tree a file belongs to: `functions/logo`, `shared/db`, or `shared/log.ts` for single files. */
const partOf = (file: string) => file.split('/').slice(0, 2).join('/');

/** What each part of `shared` may import besides itself. Arrows point one way; functions may import all of it. */
const EVERYWHERE = [
  ...['shared/config.ts', 'shared/errors.ts', 'shared/log.ts', 'shared/trace.ts', 'shared/trace-context.ts'],
  'shared/domain',
];
const arrows: Record<string, readonly string[]> = {
  'shared/domain': [],
  'shared/config.ts': ['shared/domain'],
  'shared/errors.ts': ['shared/domain'],
  'shared/log.ts': ['shared/domain', 'shared/trace-context.ts'],
  'shared/trace-context.ts': [],
  'shared/trace.ts': ['shared/log.ts', 'shared/trace-context.ts'],
  'shared/trace': EVERYWHERE,
  'shared/ai': EVERYWHERE,
  'shared/extraction': EVERYWHERE,
  'shared/storage': EVERYWHERE,
  'shared/web': EVERYWHERE,
  'shared/registry': [...EVERYWHERE, 'shared/web'],
  'shared/formula': EVERYWHERE,
  'shared/db': EVERYWHERE,
  'shared/dispatch': [...EVERYWHERE, 'shared/db'],
  'shared/auth': [...EVERYWHERE, 'shared/db'],
  'shared/tasks': [...EVERYWHERE, 'shared/ai', 'shared/db', 'shared/dispatch', 'shared/storage'],
  'shared/http': [...EVERYWHERE, 'shared/db', 'shared/dispatch', 'shared/auth', 'shared/storage'],
};

const importsOf = (file: string): string[] =>
  [...source(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(root, resolve(root, dirname(file), path)),
  );

test('imports follow the arrows', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((imported) => {
        const from = partOf(file);
        const to = partOf(imported);
        if (from === to) return false;
        if (to.startsWith('functions/')) return !isFunctionsRoot(file) && !isFunctionsRoot(imported);
        if (from.startsWith('functions/')) return !to.startsWith('shared/');
        return !arrows[from]?.includes(to);
      })
      .map((imported) => `${file} imports ${imported}`),
  );

  expect(wrong).toEqual([]);
});

/** The files that put the functions together; a function itself never imports another. */
const isFunctionsRoot = (file: string) => /^functions\/[^/]+\.ts$/.test(file);

test('imported files exist and carry their ending', () => {
  const missing = sources.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !existsSync(join(root, imported)) || !/\.\w+$/.test(imported))
      .map((imported) => `${file} imports ${imported}`),
  );

  expect(missing).toEqual([]);
});

test('only shared/db writes SQL', () => {
  const sqlText =
    /sql(\.\w+\([^)]*\))*`|\b(select|delete)\b[^'"`\n]*\bfrom\s+\w+|\binsert into \w+|\bupdate \w+\s+set\b/;
  const wrong = sources
    .filter((file) => partOf(file) !== 'shared/db')
    .filter((file) => sqlText.test(withoutComments(source(file))));

  expect(wrong).toEqual([]);
});

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

test('each function has a folder with an index, and each folder is a function', () => {
  const folders = readdirSync(join(root, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  expect(folders.sort()).toEqual(catalogue.map(({ name }) => name).sort());
  expect(folders.filter((name) => !existsSync(join(root, 'functions', name, 'index.ts')))).toEqual([]);
});

test('each folder exports its own name in camelCase, by which it is loaded', () => {
  const wrong = catalogue
    .map(({ name }) => ({ name, exported: name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()) }))
    .filter(
      ({ name, exported }) =>
        !source(join('functions', name, 'index.ts')).includes(`export const ${exported} `),
    );

  expect(wrong).toEqual([]);
});

test('the types begin with the documented twelve, and each is a legal queue id', () => {
  expect(enrichmentTypes.slice(0, 12)).toEqual([
    ...['logo', 'ai_company', 'ai_people', 'ai_invoice', 'ocr_extract', 'reconcile', 'provider_score'],
    ...['document_reconciliation_backfill', 'monthly_close', 'monthly_close_backfill'],
    ...['custom_column', 'field_rule'],
  ]);
  expect(enrichmentTypes.map(queueName).filter((id) => !/^[a-zA-Z0-9-]{1,100}$/.test(id))).toEqual([]);
});

test('every migration says why it is there, and is numbered without a gap', () => {
  const files = readdirSync(join(root, 'sql')).sort();

  expect(files.map((file) => file.slice(0, 4))).toEqual(
    files.map((_, index) => String(index + 1).padStart(4, '0')),
  );
  expect(
    files.filter((file) => !/^--/.test(source(join('sql', file)).replace(/^-- (pg-mem|migrate):.*\n/, ''))),
  ).toEqual([]);
});

test('every exported name of shared has a doc comment', () => {
  const bare = filesUnder('shared', '.ts').flatMap((file) => {
    const lines = source(file).split('\n');
    return lines.flatMap((line, index) => {
      const name = /^export (?:async |abstract )?(?:const|function\*?|class) (\w+)/.exec(line)?.[1];
      if (!name) return [];
      const above = lines[index - 1] ?? '';
      return /\*\/\s*$|^\s*\/\//.test(above) || overload(lines, index, name) ? [] : [`${file} ${name}`];
    });
  });

  expect(bare).toEqual([]);
});

/** Further signatures of a function whose first one is documented. */
const overload = (lines: string[], index: number, name: string) =>
  new RegExp(`^export (async )?function ${name}\\b`).test(lines[index - 1] ?? '');
