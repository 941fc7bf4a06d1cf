-- pg-mem: skip
-- A new enrichment type is a folder and a row of the catalogue. The list of them is kept there, so the database only
-- knows what a type looks like.
alter table enrichment_tasks
  drop constraint enrichment_tasks_enrichment_type_check,
  add constraint enrichment_tasks_enrichment_type_check check (enrichment_type ~ '^[a-z][a-z0-9_]{0,62}$');
