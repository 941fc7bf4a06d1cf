-- pg-mem: skip
-- Who made a cell, so that what a person entered survives, and which task wrote it, so that of two runs the one that
-- was asked for last stands, whichever ends last.

alter table custom_column_values
  add column origin text not null default 'computed'
    constraint custom_column_values_origin_check check (origin in ('computed', 'user')),
  add column enrichment_task_pk integer
    constraint custom_column_values_enrichment_task_pk_fkey references enrichment_tasks (pk) on delete set null,
  add constraint custom_column_values_enrichment_task_pk_tenant_fkey
    foreign key (workspace_pk, enrichment_task_pk) references enrichment_tasks (workspace_pk, pk)
    on delete set null (enrichment_task_pk) deferrable initially immediate;
create index idx_custom_column_values_task on custom_column_values (enrichment_task_pk);
comment on column custom_column_values.origin is 'computed by a worker or entered by a user; a user''s cell is not recomputed unless forced.';
comment on column custom_column_values.enrichment_task_pk is 'The newest task that found this value; an older one no longer writes.';

alter table field_rule_values
  add column enrichment_task_pk integer
    constraint field_rule_values_enrichment_task_pk_fkey references enrichment_tasks (pk) on delete set null,
  add constraint field_rule_values_enrichment_task_pk_tenant_fkey
    foreign key (workspace_pk, enrichment_task_pk) references enrichment_tasks (workspace_pk, pk)
    on delete set null (enrichment_task_pk) deferrable initially immediate;
create index idx_field_rule_values_task on field_rule_values (enrichment_task_pk);
comment on column field_rule_values.enrichment_task_pk is 'The newest task that found this value; an older one no longer writes.';

-- A run that finds the value that is there notes its task and changes nothing: the cell keeps its time.
drop trigger set_updated_at on custom_column_values;
create trigger set_updated_at before insert or update of value, origin, deleted_at on custom_column_values
  for each row execute function set_updated_at();
drop trigger set_updated_at on field_rule_values;
create trigger set_updated_at before insert or update of value on field_rule_values
  for each row execute function set_updated_at();
