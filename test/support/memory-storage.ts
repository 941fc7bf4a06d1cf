import { StorageError } from '../../shared/storage/paths.ts';
import type { Storage } from '../../shared/storage/storage.ts';

/** A storage that keeps files in memory and counts how often each is read. */
export function memoryStorage(): Storage & { files: Map<string, Uint8Array>; reads: string[] } {
  const files = new Map<string, Uint8Array>();
  const reads: string[] = [];
  return {
    files,
    reads,
    async put({ path, bytes }) {
      files.set(path, bytes);
      return { bucket: 'test', path };
    },
    async get({ path }) {
      reads.push(path);
      const bytes = files.get(path);
      if (!bytes) throw new StorageError('NOT_FOUND', 'no such file');
      return bytes;
    },
    async downloadUrl({ path }) {
      return `memory:${path}`;
    },
  };
}
