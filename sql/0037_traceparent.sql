-- One trace from collect to close: a task remembers where it was asked for, because its queue message may be sent again
-- by a sweep that knows nothing else of it.

alter table enrichment_tasks add column traceparent text;
comment on column enrichment_tasks.traceparent is
  'internal: W3C traceparent of the request or run that asked for this task; its runs belong to that trace';
