-- pg-mem: skip
-- Callers name the trace of a task as they make it, and cannot change it. What no worker could read is never stored.
grant insert (traceparent) on enrichment_tasks to wellspring_api;

alter table enrichment_tasks
  add constraint enrichment_tasks_traceparent_check
  check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$') not valid;
