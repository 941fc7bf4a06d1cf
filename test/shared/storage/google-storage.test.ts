import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGoogleStorage } from '../../../shared/storage/google-storage.ts';

interface Kept {
  bytes: Buffer;
  contentType: string;
}

/** The part of the Cloud Storage JSON API that we use, on loopback: multipart upload, metadata, media. */
const fake = {
  objects: new Map<string, Kept>(),
  uploads: 0,
  loseNextReply: false,
  server: undefined as unknown as Server,
};

const splitUpload = async (req: IncomingMessage) => {
  const boundary = /boundary="?([^";]+)/.exec(req.headers['content-type'] ?? '')?.[1] ?? '';
  const body = await buffer(req);
  const [, head = '', media = ''] = body.toString('latin1').split(`--${boundary}`);
  const contentOf = (part: string) => part.slice(part.indexOf('\r\n\r\n') + 4, -2);
  return {
    metadata: JSON.parse(contentOf(head)) as { contentType: string; md5Hash: string },
    bytes: Buffer.from(contentOf(media), 'latin1'),
  };
};
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');

beforeAll(async () => {
  fake.server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '', 'http://fake');
    const json = (status: number, value: unknown) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const fail = (code: number) => json(code, { error: { code, message: 'no', errors: [{ reason: 'no' }] } });
    if (url.pathname.startsWith('/upload/')) {
      const { metadata, bytes } = await splitUpload(req);
      fake.uploads += 1;
      const name = url.searchParams.get('name') ?? '';
      if (url.searchParams.get('ifGenerationMatch') !== '0') return fail(400);
      if (fake.objects.has(name)) return fail(412);
      if (metadata.md5Hash !== md5(bytes)) return fail(400);
      fake.objects.set(name, { bytes, contentType: metadata.contentType });
      if (fake.loseNextReply) {
        fake.loseNextReply = false;
        return fail(503);
      }
      return json(200, { name, generation: '1' });
    }
    const kept = fake.objects.get(decodeURIComponent(url.pathname.split('/o/')[1] ?? ''));
    if (!kept) return fail(404);
    if (url.searchParams.get('alt') === 'media')
      return res.writeHead(200, { 'x-goog-hash': `md5=${md5(kept.bytes)}` }).end(kept.bytes);
    return json(200, { md5Hash: md5(kept.bytes), generation: '1' });
  });
  fake.server.listen(0, '127.0.0.1');
  await once(fake.server, 'listening');
});
afterAll(() => {
  fake.server.closeAllConnections();
  fake.server.close();
});
beforeEach(() => {
  fake.objects.clear();
  fake.uploads = 0;
});

const open = () => {
  const { port } = fake.server.address() as AddressInfo;
  return openGoogleStorage({ bucket: 'documents', apiEndpoint: `http://127.0.0.1:${port}`, projectId: 'p' });
};
const file = { path: 'w1/2026/a.pdf', bytes: Buffer.from('%PDF-1.7 \u00e9'), contentType: 'application/pdf' };

describe('a bucket', () => {
  it('gives back what was put', async () => {
    const storage = open();

    const at = await storage.put(file);

    expect(at).toEqual({ bucket: 'documents', path: file.path });
    expect(Buffer.from(await storage.get(at))).toEqual(file.bytes);
    expect(fake.objects.get(file.path)?.contentType).toBe('application/pdf');
  });

  it('takes the same bytes again, and no others', async () => {
    const storage = open();
    await storage.put(file);

    await expect(storage.put(file)).resolves.toEqual({ bucket: 'documents', path: file.path });
    await expect(storage.put({ ...file, bytes: Buffer.from('x') })).rejects.toMatchObject({ code: 'EXISTS' });
  });

  it('puts once when the answer to a put is lost', async () => {
    fake.loseNextReply = true;

    await open().put(file);

    expect(fake.uploads).toBe(2);
    expect(fake.objects.size).toBe(1);
  });

  it('says that a file is not there', async () => {
    await expect(open().get({ bucket: 'documents', path: 'w1/none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(open().get({ bucket: 'other', path: 'w1/none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('refuses a path that is not plain', async () => {
    await expect(open().put({ ...file, path: '../x' })).rejects.toMatchObject({ code: 'INVALID_PATH' });
  });

  it('signs links that save the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'account-'));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const account = {
      ...{ type: 'service_account', project_id: 'p', client_email: 'functions@project.test' },
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
    await writeFile(join(folder, 'account.json'), JSON.stringify(account));
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'account.json'));
    const storage = openGoogleStorage({ bucket: 'documents' });

    const url = new URL(
      await storage.downloadUrl({
        bucket: 'documents',
        path: file.path,
        expiresAt: new Date(Date.now() + 60_000),
        fileName: 'a.pdf',
      }),
    );

    expect(url.pathname).toBe('/documents/w1/2026/a.pdf');
    expect(Number(url.searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(60);
    expect(url.searchParams.get('X-Goog-Signature')).toMatch(/^[0-9a-f]{512}$/);
    expect(url.searchParams.get('response-content-disposition')).toMatch(/^attachment; filename="a.pdf"/);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
});
