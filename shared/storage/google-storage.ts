import { createHash } from 'node:crypto';
import type { Bucket } from '@google-cloud/storage';
import { checkPath, dispositionOf, StorageError } from './paths.ts';
import type { Storage, StoredAt } from './storage.ts';

interface GoogleStorageSettings {
  bucket: string;
  /** Another endpoint of the same API; it is spoken to without credentials. */
  apiEndpoint?: string;
  projectId?: string;
}

/**
 * Keeps files in a bucket of Google Cloud Storage, which is connected to on first use. Links are signed by the service
 * account that the process runs as.
 */
export const openGoogleStorage = ({ bucket: name, ...options }: GoogleStorageSettings): Storage => {
  let opened: Promise<Bucket> | undefined;
  const bucket = (): Promise<Bucket> => {
    opened ??= openBucket(name, options);
    return opened;
  };
  const fileAt = async (at: StoredAt) => {
    checkPath(at.path);
    if (at.bucket !== name) throw new StorageError('NOT_FOUND', 'this file is in another bucket');
    return (await bucket()).file(at.path);
  };

  return {
    async put({ path, bytes, contentType }) {
      const file = await fileAt({ bucket: name, path });
      const md5Hash = createHash('md5').update(bytes).digest('base64');
      try {
        await file.save(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
          resumable: false,
          // Only where nothing is yet: that makes sending it again safe, so the client may retry by itself.
          preconditionOpts: { ifGenerationMatch: 0 },
          // The server refuses bytes that do not have this sum.
          metadata: { contentType, md5Hash },
          validation: false,
        });
      } catch (error) {
        if (statusOf(error) !== 412) throw error;
        const [there] = await file.getMetadata();
        if (there.md5Hash !== md5Hash) {
          throw new StorageError('EXISTS', 'other bytes have this path', { cause: error });
        }
      }
      return { bucket: name, path };
    },

    async get(at) {
      const file = await fileAt(at);
      try {
        const [bytes] = await file.download();
        return bytes;
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        throw new StorageError('NOT_FOUND', 'there is no such file', { cause: error });
      }
    },

    async downloadUrl({ expiresAt, fileName, ...at }) {
      const file = await fileAt(at);
      const [url] = await file.getSignedUrl({
        version: 'v4',
        action: 'read',
        expires: expiresAt,
        responseDisposition: dispositionOf(fileName),
        // Saved and never shown, whatever the file says it is.
        responseType: 'application/octet-stream',
      });
      return url;
    },
  };
};

// The client is a quarter of a second of start, so who never stores a file never loads it.
const openBucket = async (name: string, options: Omit<GoogleStorageSettings, 'bucket'>): Promise<Bucket> => {
  const { Storage: Client } = await import('@google-cloud/storage');
  return new Client(options).bucket(name);
};

const statusOf = (error: unknown): number | undefined => {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  return Number.isNaN(code) ? undefined : code;
};
