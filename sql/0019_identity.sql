-- pg-mem: skip
-- What merging two records of one company, person or account needs.

alter table workspaces add column auto_merge_enabled boolean not null default false;
comment on column workspaces.auto_merge_enabled is 'Whether records that are one beyond doubt are merged without asking; a merge cannot be undone.';

comment on column reconciliation_links.source_id is 'Public UUID; of a merge, the record that stays.';
comment on column reconciliation_links.target_id is 'Public UUID; of a merge, the record that goes.';
comment on column reconciliation_links.reasoning is 'Why; strong_keys holds digests of the keys it was claimed on: a pair that was declined is proposed again when there are others.';
comment on column reconciliation_links.deleted_at is 'Set when a person declined the claim: kept as a memory.';

-- What was said about a record, declined claims included.
create index idx_reconciliation_links_source on reconciliation_links (workspace_pk, source_id);
create index idx_reconciliation_links_target on reconciliation_links (workspace_pk, target_id);
create index idx_tasks_company_ref on tasks (workspace_pk, company_ref_id) where company_ref_id is not null;

-- A merged person keeps their seat and their connections. Who signs in there, with which role, stays out of sight.
grant select (pk, workspace_pk, person_pk) on memberships to wellspring_worker;
grant update (person_pk) on memberships, workspace_connectors to wellspring_worker;

-- Cells of one record, whatever their column.
create index idx_custom_column_values_record on custom_column_values (workspace_pk, record_id);
create index idx_field_rule_values_record on field_rule_values (workspace_pk, record_id);
