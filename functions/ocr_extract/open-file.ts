import { type DocumentRow, setContentChecksum } from '../../shared/db/documents.ts';
import { failed, type Outcome } from '../../shared/domain/outcomes.ts';
import { contentChecksum } from '../../shared/extraction/content-checksum.ts';
import { StorageError } from '../../shared/storage/paths.ts';
import type { Tools } from '../../shared/tasks/define-enrichment.ts';

/** A file's bytes; or why there are none, which no retry will change. */
export async function openFile(
  { bucket, path }: DocumentRow,
  { storage }: Pick<Tools, 'storage'>,
): Promise<{ bytes: Uint8Array } | { failure: Outcome }> {
  try {
    return { bytes: await storage.get({ bucket, path }) };
  } catch (error) {
    if (error instanceof StorageError && error.code === 'NOT_FOUND')
      return { failure: failed('NOT_FOUND', 'the file is not in the storage') };
    throw error;
  }
}

/** Uploads come with a fingerprint; what came another way gets one now, for the cache and for the next copy. */
export async function fingerprint(
  document: DocumentRow,
  workspacePk: number,
  tools: Pick<Tools, 'storage' | 'write'>,
): Promise<{ checksum: string } | { failure: Outcome }> {
  if (document.content_checksum) return { checksum: document.content_checksum };
  const file = await openFile(document, tools);
  if ('failure' in file) return file;
  const checksum = contentChecksum(file.bytes);
  await tools.write((db) =>
    db.query(setContentChecksum({ workspacePk, pk: document.pk, contentChecksum: checksum })),
  );
  return { checksum };
}
