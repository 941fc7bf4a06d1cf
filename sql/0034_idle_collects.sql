-- pg-mem: skip
-- Idle collects by the plain column, which a trigger always fills: under row level security COALESCE counts as leaking,
-- and its index was read as a whole.

drop index idx_collects_live_idle;
create index idx_collects_live_updated on collects (updated_at, pk)
  where status in ('todo', 'in_progress') and deleted_at is null and workspace_pk is not null;
