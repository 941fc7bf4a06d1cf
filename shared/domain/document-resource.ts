import type { Document } from './document-schema.ts';

/** An uploaded document with the public ids around it; times are ISO 8601. */
export interface DocumentView {
  document_id: string;
  filename: string;
  /** Its place in storage; callers see the last segment. */
  path: string;
  type: string;
  size: number;
  document_type: string | null;
  uploaded_at: string;
  workspace_id: string;
  collect_id: string | null;
}

/** An uploaded document as callers see it; `downloadUrl` is a link that expires. */
export const documentResource = (document: DocumentView, downloadUrl: string): Document => ({
  type: 'document',
  id: document.document_id,
  attributes: {
    filename: document.filename,
    local_file_name: document.path.split('/').at(-1) ?? document.path,
    type: document.type,
    size: document.size,
    workspace_id: document.workspace_id,
    uploaded_at: document.uploaded_at,
    document_type: document.document_type,
  },
  links: { download: downloadUrl },
  relationships: {
    collect: { data: document.collect_id === null ? null : { type: 'collect', id: document.collect_id } },
  },
});
