import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tryLogo } from '../../../local/try/logo.ts';

let folder = '';
let printed: { out: string; err: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'try-logo-'));
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

const page = async (html: string) => {
  const path = join(folder, 'page.html');
  await writeFile(path, html);
  return path;
};

describe('try -- logo', () => {
  it('answers the best and all candidates on one line', async () => {
    const file = await page(
      '<link rel="icon" sizes="32x32" href="/i.png"><meta property="og:logo" content="l.png">',
    );

    expect(await tryLogo([file, '--url', 'https://nordlicht.example/a/', '--json'])).toBe(0);

    expect(printed.out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(printed.out)).toEqual({
      best: { url: 'https://nordlicht.example/a/l.png' },
      candidates: [
        { url: 'https://nordlicht.example/a/l.png', from: 'og:logo', sizes: null },
        { url: 'https://nordlicht.example/i.png', from: 'icon', sizes: '32x32' },
      ],
    });
  });

  it('answers no best for a page without a picture', async () => {
    await tryLogo([await page('<p>Nordlicht</p>'), '--url', 'https://nordlicht.example', '--json']);

    expect(JSON.parse(printed.out)).toEqual({ best: null, candidates: [] });
  });

  it.each([
    ['no address', [], '--url URL is missing'],
    ['an address of no page', ['--url', 'nordlicht.example'], 'nordlicht.example is no address of a page'],
  ])('refuses %s', async (_, options, sentence) => {
    expect(await tryLogo([await page('<p>'), ...options])).toBe(2);

    expect(printed.out).toBe('');
    expect(printed.err).toContain(sentence);
  });

  it('says that a file is not there', async () => {
    await expect(tryLogo(['/nowhere.html', '--url', 'https://nordlicht.example'])).rejects.toThrow(
      '/nowhere.html cannot be read (ENOENT)',
    );
  });
});
