import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalStorage } from '../../../shared/storage/local-storage.ts';
import { openStorage } from '../../../shared/storage/storage.ts';
import { startFront } from '../http/start-front.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const contentType = 'application/pdf';
const hour = 3_600_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (name: string, now?: () => number) =>
  openLocalStorage({
    ...{ folder: join(folder, name), signingKey: 'a key for tests only', baseUrl: 'http://127.0.0.1:1/' },
    ...(now ? { now } : {}),
  });

describe('a local folder', () => {
  it('gives back what was put', async () => {
    const storage = open('plain');

    const at = await storage.put({ path: 'w1/2026/11/a.pdf', bytes: bytes('one'), contentType });

    expect(at).toEqual({ bucket: 'local', path: 'w1/2026/11/a.pdf' });
    expect(Buffer.from(await storage.get(at)).toString()).toBe('one');
  });

  it('takes the same bytes again, and no others', async () => {
    const storage = open('again');
    const put = (text: string) => storage.put({ path: 'a/b', bytes: bytes(text), contentType });
    await put('one');

    await expect(put('one')).resolves.toEqual({ bucket: 'local', path: 'a/b' });
    await expect(put('two')).rejects.toMatchObject({ code: 'EXISTS' });
    expect(await readFile(join(folder, 'again/a/b'), 'utf8')).toBe('one');
  });

  it('lets one of many writers win, whole, and leaves no drafts', async () => {
    const storage = open('race');
    const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(10_000));

    const ends = await Promise.allSettled(
      texts.map((text) => storage.put({ path: 'a/b', bytes: bytes(text), contentType })),
    );

    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(texts).toContain(await readFile(join(folder, 'race/a/b'), 'utf8'));
    expect(await readdir(join(folder, 'race/a'))).toEqual(['b']);
  });

  it('keeps files from other users of the machine', async () => {
    await open('modes').put({ path: 'a/b', bytes: bytes('one'), contentType });

    expect((await stat(join(folder, 'modes/a/b'))).mode & 0o077).toBe(0);
  });

  it.each([
    '../x',
    'a/../../x',
    '/etc/passwd',
    'a//b',
    '',
    '.',
    'a/.b',
    'a\\b',
    'a\0b',
    'a/é',
    'x/'.repeat(20),
  ])('refuses the path %j', async (path) => {
    const storage = open('paths');

    await expect(storage.put({ path, bytes: bytes('x'), contentType })).rejects.toMatchObject({
      code: 'INVALID_PATH',
    });
    await expect(storage.get({ bucket: 'local', path })).rejects.toMatchObject({ code: 'INVALID_PATH' });
  });

  it.each([
    { bucket: 'local', path: 'nothing/here' },
    { bucket: 'local', path: 'a' },
    { bucket: 'other', path: 'a/b' },
  ])('says that $bucket/$path is not there', async (at) => {
    const storage = open('missing');
    await storage.put({ path: 'a/b', bytes: bytes('one'), contentType });

    await expect(storage.get(at)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a download link of a local folder', () => {
  const serve = async (now?: () => number) => {
    const storage = open('links', now);
    const { route } = storage;
    if (!route) throw new Error('a local folder serves its links');
    const at = await storage.put({ path: 'w1/a', bytes: bytes('<script>'), contentType: 'text/html' });
    const started = await startFront({ plainRoutes: [route] });
    const url = await storage.downloadUrl({
      ...at,
      expiresAt: new Date(Date.now() + hour),
      fileName: 'Fäktura "1".pdf',
    });
    return { ...started, url: new URL(url) };
  };

  it('needs no token, and saves the file instead of showing it', async () => {
    const { front, origin, url } = await serve();

    const answer = await fetch(`${origin}${url.pathname}${url.search}`);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<script>');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="F_ktura _1_.pdf"; filename*=UTF-8''F%C3%A4ktura%20%221%22.pdf`,
    );
    await front.close();
  });

  it('is refused when anything in it was changed', async () => {
    const { front, origin, url } = await serve();
    const changed = [
      `${url.pathname}b${url.search}`,
      `${url.pathname}/../../x${url.search}`,
      `${url.pathname}${url.search.replace(/expires=\d/, 'expires=9')}`,
      `${url.pathname}${url.search.replace('name=F', 'name=G')}`,
      `${url.pathname}${url.search.replace(/signature=.*/, 'signature=')}`,
      url.pathname,
    ];

    const answers = await Promise.all(changed.map((path) => fetch(`${origin}${path}`)));

    expect(answers.map(({ status }) => status)).not.toContain(200);
    for (const answer of answers) expect(await answer.json()).toMatchObject({ meta: expect.any(Object) });
    await front.close();
  });

  it('ends', async () => {
    const { front, origin, url } = await serve(() => Date.now() + 2 * hour);

    const answer = await fetch(`${origin}${url.pathname}${url.search}`);

    expect(answer.status).toBe(403);
    await front.close();
  });

  it('of a file that is gone is a 404', async () => {
    const { front, origin } = await serve();
    const link = await open('links').downloadUrl({
      bucket: 'local',
      path: 'w1/gone',
      expiresAt: new Date(Date.now() + hour),
    });
    const { pathname, search } = new URL(link);

    const answer = await fetch(`${origin}${pathname}${search}`);

    expect(await answer.json()).toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await front.close();
  });
});

describe('openStorage', () => {
  const links = { signingKey: 'a key for tests only', baseUrl: 'http://127.0.0.1' };

  it('opens a folder or a bucket', () => {
    expect(openStorage({ location: `file:${folder}`, ...links }).route).toBeDefined();
    expect(openStorage({ location: 'gs://some-bucket', ...links }).route).toBeUndefined();
  });

  it.each(['', 's3://x', 'gs://', 'file:'])('refuses %j', (location) => {
    expect(() => openStorage({ location, ...links })).toThrow(/storage is file/);
  });
});
