import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './example.ts';

/** Of all scripts together, without comments and indentation. */
const CODE_MAX_BYTES = 5_000;

const files = readdirSync(folder);
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const scripts = files.filter((file) => file.endsWith('.js'));
const manifest = JSON.parse(read('manifest.json'));

test('is small', () => {
  const code = scripts
    .map(read)
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^\s+/gm, '');

  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(CODE_MAX_BYTES);
});

test('asks for nothing but storage, alarms and its API', () => {
  const { permissions, host_permissions, ...rest } = manifest;

  expect({ permissions, host_permissions }).toEqual({
    permissions: ['storage', 'alarms'],
    host_permissions: ['http://127.0.0.1/*'],
  });
  expect(Object.keys(rest).filter((name) => /permission|content|externally|web_acc/.test(name))).toEqual([]);
});

test('runs no code but its own', () => {
  const text = files.filter((file) => /\.(js|html)$/.test(file)).map(read);

  expect(text.filter((code) => /\beval\b|new Function|src="[^"]*:|import\(|from 'h/.test(code))).toEqual([]);
});

test('has the id that its key makes, which the settings and the local stack name', () => {
  const digest = createHash('sha256').update(Buffer.from(manifest.key, 'base64')).digest('hex');
  const id = [...digest.slice(0, 32)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
    .join('');

  for (const file of ['.env.example', 'local/stack.ts'])
    expect(readFileSync(resolve(folder, '../..', file), 'utf8')).toContain(id);
});
