-- Each subtask that ends asks whether another one is open; the ones that ended before it must not be walked over.

create index idx_enrichment_tasks_open_subtasks on enrichment_tasks (parent_task_pk)
  where parent_task_pk is not null and status in ('pending', 'processing') and deleted_at is null;
