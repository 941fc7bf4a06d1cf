import type { IncomingMessage, ServerResponse } from 'node:http';
import { openGoogleStorage } from './google-storage.ts';
import { openLocalStorage } from './local-storage.ts';

/** Where a stored file is: the two columns that every table with a file has. */
export interface StoredAt {
  bucket: string;
  /** Segments of letters, digits, `.`, `_` and `-`, joined by slashes. */
  path: string;
}

/** Keeps files by path. A path is written once: its bytes never change. */
export interface Storage {
  /**
   * Stores the bytes; doing it again with the same bytes is a success. Throws StorageError `EXISTS` when other bytes
   * are there and `INVALID_PATH` for a path that could leave its folder.
   */
  put(file: { path: string; bytes: Uint8Array; contentType: string }): Promise<StoredAt>;
  /** All of the file. Throws StorageError `NOT_FOUND`. */
  get(at: StoredAt): Promise<Uint8Array>;
  /** A link that anybody may follow until `expiresAt`; the browser saves it under `fileName`. */
  downloadUrl(at: StoredAt & { expiresAt: Date; fileName?: string }): Promise<string>;
  /** Serves those links where they point to this process: paths that start with `prefix`, GET and HEAD. */
  route?: { prefix: string; serve(req: IncomingMessage, res: ServerResponse): Promise<void> };
}

/** Where files are kept, and what their links need. */
export interface StorageSettings {
  /** `file:<folder>` or `gs://<bucket>`. */
  location: string;
  /** Signs the links of a local folder; those of an earlier process stay good while it stays the same. */
  signingKey: string;
  /** Origin under which the links of a local folder are served. */
  baseUrl: string;
  /** Another endpoint of the Cloud Storage API. */
  apiEndpoint?: string;
}

/** Opens the storage that `location` names; nothing is connected or made before the first call. */
export const openStorage = ({ location, apiEndpoint, ...links }: StorageSettings): Storage => {
  const bucket = /^gs:\/\/([a-z0-9][a-z0-9._-]+)$/.exec(location)?.[1];
  if (bucket) return openGoogleStorage({ bucket, ...(apiEndpoint ? { apiEndpoint } : {}) });
  const folder = /^file:(?:\/\/)?(.+)$/.exec(location)?.[1];
  if (folder) return openLocalStorage({ folder, ...links });
  throw new Error('storage is file:<folder> or gs://<bucket>');
};
