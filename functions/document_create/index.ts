import { type Caller, resolveCaller } from '../../shared/auth/caller.ts';
import { lockUploadTarget } from '../../shared/db/collects.ts';
import { insertDocument } from '../../shared/db/document-uploads.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { Db } from '../../shared/db/sql.ts';
import { enqueueTasks } from '../../shared/dispatch/enqueue.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { documentResource } from '../../shared/domain/document-resource.ts';
import { afterDocumentStored } from '../../shared/domain/follow-up-map.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import { contentChecksum } from '../../shared/extraction/content-checksum.ts';
import { sniffType } from '../../shared/extraction/sniff-type.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { enqueueOnce } from '../../shared/http/enqueue-once.ts';
import type { Storage } from '../../shared/storage/storage.ts';
import { readUpload } from './read-upload.ts';
import { DocumentCreateAnswers, DocumentCreateBody } from './schema.ts';

/** How long the download link of the answer works, in milliseconds. */
const LINK_MS = 60 * 60 * 1_000;

/** `POST /v1/documents`: keeps a file and, where the workspace wants it, asks for its text. */
export const documentCreate = endpointsFor<
  Caller,
  { database: Database; queue: TaskQueue; storage: Storage }
>()({
  name: 'document_create',
  summary: 'Upload a document',
  answers: DocumentCreateAnswers,
  errors: ['COLLECT_NOT_FOUND', 'COLLECT_ALREADY_ENDED'],
  body: DocumentCreateBody,

  async handle(
    { caller: signedIn, once: onceAtHome, database, queue, storage, log },
    { body: { data }, file },
  ): Promise<Answer> {
    if (!file) throw new Error('an upload came through without its file');
    const { workspace, collectId, fileName, documentType, ignored } = readUpload(data);
    const caller = workspace
      ? await resolveCaller(database, signedIn.principal, { wanted: workspace, writes: true })
      : signedIn;
    const { workspacePk, workspaceId } = caller;
    const once = onceAtHome.in(workspacePk);

    // Looked at before the file is stored, so that what is refused leaves nothing behind.
    const replay = await database.inWorkspace(workspacePk, async (db) => {
      const kept = await once.replay(db);
      if (!kept && collectId) await getUploadTarget(db, workspacePk, collectId);
      return kept;
    });
    if (replay) return replay;

    const { bytes, sha256 } = file;
    const filename = fileName ?? file.name;
    const type = (await sniffType(bytes)) ?? 'application/octet-stream';
    const checksum = contentChecksum(bytes);
    const stored = await storage.put({ path: pathOf(workspaceId, sha256), bytes, contentType: type });
    const expiresAt = new Date(Date.now() + LINK_MS);
    const download = await storage.downloadUrl({ ...stored, expiresAt, fileName: filename });

    const actor = `user:${caller.personId}`;
    return enqueueOnce({ database, queue, log, caller, once }, async (db) => {
      const collect = collectId ? await getUploadTarget(db, workspacePk, collectId) : null;
      const uploaded = await db.one(
        insertDocument({
          ...{ ...stored, workspacePk, collectPk: collect?.pk ?? null, filename, type, documentType },
          ...{ size: bytes.byteLength, contentChecksum: checksum },
        }),
      );
      const { document_id, auto_extract_enabled } = uploaded;
      const tasks = auto_extract_enabled ? await enqueueExtraction(db, workspacePk, document_id, actor) : [];
      const view = { ...uploaded, workspace_id: workspaceId, collect_id: collect?.collect_id ?? null };
      const meta = {
        enrichment_task_id: tasks[0]?.enrichment_task_id ?? null,
        ...(ignored.length > 0 ? { ignored } : {}),
      };
      const body = document(documentResource(view, download), { meta });
      return { answer: { status: 201, body }, tasks };
    });
  },
});

async function getUploadTarget(db: Db, workspacePk: number, collectId: string) {
  const collect = await db.maybeOne(lockUploadTarget({ workspacePk, collectId }));
  if (!collect) throw notFound('collect');
  if (!collect.takes_uploads)
    throw conflict('COLLECT_ALREADY_ENDED', 'The collect has ended and takes no more files.');
  return collect;
}

async function enqueueExtraction(
  db: Db,
  workspacePk: number,
  documentId: string,
  actor: string,
): Promise<TaskRow[]> {
  const result = await enqueueTasks(db, {
    workspacePk,
    actor,
    tasks: afterDocumentStored(documentId, 'document_upload'),
  });
  if ('refusals' in result) throw new Error(`extraction was refused: ${result.refusals[0]?.message}`);
  return result.enqueued.filter(({ reused }) => !reused).map(({ task }) => task);
}

// The name of the content, not of the file: uploading the same bytes again finds them there.
function pathOf(workspaceId: string, sha256: string): string {
  const [year, month] = new Date().toISOString().split('-');
  return `${workspaceId}/${year}/${month}/${sha256}`;
}
