-- Tasks that go on in another delivery, and subtasks that come a page at a time.

alter table enrichment_task_events drop constraint enrichment_task_events_kind_check;
alter table enrichment_task_events add constraint enrichment_task_events_kind_check check (kind in (
  'enqueued', 'dispatched', 'dispatch_failed', 'claimed', 'lease_expired', 'retried', 'waiting', 'woken', 'continued',
  'finished', 'commanded'
));

alter table enrichment_batches add column parent_task_pk integer;
create unique index uniq_enrichment_batches_parent_task on enrichment_batches (parent_task_pk)
  where parent_task_pk is not null;
comment on column enrichment_batches.expected is 'How many tasks it holds; grows while its parent adds some.';
comment on column enrichment_batches.parent_task_pk is 'The task whose subtasks it groups. The batch is not complete while that task works, because it may add more.';
