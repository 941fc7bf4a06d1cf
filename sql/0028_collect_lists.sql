-- Lists of collects by their age. A page reads one of these in order, whatever the size of the table.
--
-- Under row level security a status cannot be an index condition: comparing enums is not leakproof, so the policy comes
-- first. A condition on the status that is part of the index itself can be used, hence an index for the few runs that
-- are live and one for those that failed; the many that are finalized are found by their age alone.

create index idx_collects_workspace_created on collects (workspace_pk, created_at, pk)
  where deleted_at is null;
create index idx_collects_workspace_live_created on collects (workspace_pk, created_at, pk)
  where status in ('todo', 'in_progress') and deleted_at is null;
create index idx_collects_workspace_error_created on collects (workspace_pk, created_at, pk)
  where status = 'error' and deleted_at is null;
create index idx_collects_workspace_provider_created on collects (workspace_pk, provider, created_at, pk)
  where deleted_at is null;
