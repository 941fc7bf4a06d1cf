-- pg-mem: skip
-- Runs that nobody ends. The sweep looks across workspaces for live runs that nothing happened to for a long time, and
-- for those whose task was cancelled; it ends each in a transaction of the run's own workspace.

create index idx_collects_live_idle on collects ((coalesce(updated_at, created_at)), pk)
  where status in ('todo', 'in_progress') and deleted_at is null and workspace_pk is not null;
create index idx_collects_live_task on collects (task_pk, pk)
  where status in ('todo', 'in_progress') and deleted_at is null and workspace_pk is not null and task_pk is not null;

-- Only a transaction that says it sweeps sees them, and only to read: deliveries stay in their workspace.
create policy swept on collects
  for select
  to wellspring_worker
  using (
    status in ('todo', 'in_progress')
    and deleted_at is null
    and workspace_pk is not null
    and current_setting('wellspring.sweep', true) = 'collects'
  );
create policy swept on tasks
  for select
  to wellspring_worker
  using (status = 'cancelled' and current_setting('wellspring.sweep', true) = 'collects');
