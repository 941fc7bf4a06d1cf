-- A backfill reads the documents of a workspace page by page, in the order they came.

create index idx_documents_workspace_created_at on documents (workspace_pk, created_at, pk) where deleted_at is null;
