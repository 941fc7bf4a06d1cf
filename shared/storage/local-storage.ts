import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { notFound } from '../errors.ts';
import { readLink, signLink } from './local-links.ts';
import { checkPath, dispositionOf, StorageError } from './paths.ts';
import type { Storage, StoredAt } from './storage.ts';

/** Bucket name of files in the local folder. */
export const LOCAL_BUCKET = 'local';
/** Where the links of the local folder are served. */
export const LOCAL_LINK_PREFIX = '/storage/';

interface LocalStorageSettings {
  folder: string;
  signingKey: string;
  baseUrl: string;
  /** In milliseconds since 1970; the clock of the machine unless a test says otherwise. */
  now?: () => number;
}

/** Keeps files in a folder, with links that this process serves itself. */
export const openLocalStorage = ({
  folder,
  signingKey,
  baseUrl,
  now = Date.now,
}: LocalStorageSettings): Storage => {
  const root = resolve(folder);
  const fileOf = ({ bucket, path }: StoredAt): string => {
    checkPath(path);
    if (bucket !== LOCAL_BUCKET) throw new StorageError('NOT_FOUND', 'this file is in another bucket');
    return join(root, path);
  };

  return {
    async put({ path, bytes }) {
      const file = fileOf({ bucket: LOCAL_BUCKET, path });
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeOnce(file, bytes);
      return { bucket: LOCAL_BUCKET, path };
    },

    async get(at) {
      try {
        return await readFile(fileOf(at));
      } catch (error) {
        throw missingAs(error);
      }
    },

    async downloadUrl({ expiresAt, fileName, ...at }) {
      fileOf(at);
      const query = signLink({ path: at.path, expiresAt, fileName }, signingKey);
      return `${baseUrl.replace(/\/$/, '')}${LOCAL_LINK_PREFIX}${at.path}?${query}`;
    },

    route: {
      prefix: LOCAL_LINK_PREFIX,
      async serve(req, res) {
        const { path, fileName } = readLink(req.url ?? '', LOCAL_LINK_PREFIX, {
          key: signingKey,
          now: now(),
        });
        await sendFile(req, res, fileOf({ bucket: LOCAL_BUCKET, path }), fileName);
      },
    },
  };
};

/** Whole or not at all: bytes appear under the name only once they are on the disk, and never replace others. */
const writeOnce = async (file: string, bytes: Uint8Array): Promise<void> => {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const there = await readFile(file);
    if (!there.equals(bytes))
      throw new StorageError('EXISTS', 'other bytes have this path', { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
};

const sendFile = async (
  req: IncomingMessage,
  res: ServerResponse,
  file: string,
  fileName: string | undefined,
): Promise<void> => {
  const found = await stat(file).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT') ? notFound('document') : error;
  });
  if (!found.isFile()) throw notFound('document');
  res.writeHead(200, {
    // Saved and never shown: what people upload must not run in the origin of the API.
    'content-disposition': dispositionOf(fileName),
    'content-type': 'application/octet-stream',
    'content-length': found.size,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
  if (req.method === 'HEAD') res.end();
  else await pipeline(createReadStream(file), res);
};

const missingAs = (error: unknown): unknown =>
  hasCode(error, 'ENOENT') || hasCode(error, 'EISDIR') || hasCode(error, 'ENOTDIR')
    ? new StorageError('NOT_FOUND', 'there is no such file', { cause: error })
    : error;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
