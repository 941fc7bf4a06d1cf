-- pg-mem: skip
-- Lists of tasks by their age. A page is found in one of these alone, whatever the number of tasks, and then its rows
-- are read. What else a list may be narrowed by comes along in the index, so that passing over a task costs no look at
-- its row.
--
-- Under row level security a status cannot be an index condition: comparing enums is not leakproof, so the policy comes
-- first. A condition that is part of the index itself can be used, hence indexes for the few tasks that have not
-- completed; the many that have are found by their age. Batches, parents and targets have indexes of their own and few
-- tasks.

create index idx_enrichment_tasks_list on enrichment_tasks (workspace_pk, created_at, pk)
  include (status, source_channel, entity_type)
  where deleted_at is null;
create index idx_enrichment_tasks_list_type on enrichment_tasks (workspace_pk, enrichment_type, created_at, pk)
  include (status, source_channel)
  where deleted_at is null;
create index idx_enrichment_tasks_list_open on enrichment_tasks (workspace_pk, created_at, pk)
  include (status)
  where status in ('pending', 'processing') and deleted_at is null;
create index idx_enrichment_tasks_list_waiting on enrichment_tasks (workspace_pk, created_at, pk)
  include (status)
  where status = 'awaiting_approval' and deleted_at is null;
create index idx_enrichment_tasks_list_ended on enrichment_tasks (workspace_pk, created_at, pk)
  include (status)
  where status in ('failed', 'rejected') and deleted_at is null;

-- The timeline of a task is read in pages by time.
drop index idx_enrichment_task_events_task;
create index idx_enrichment_task_events_task on enrichment_task_events (enrichment_task_pk, created_at, pk);
