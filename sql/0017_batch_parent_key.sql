-- pg-mem: skip
-- The parent of a batch is a task of the same workspace.

alter table enrichment_batches add constraint enrichment_batches_parent_task_pk_tenant_fkey
  foreign key (workspace_pk, parent_task_pk) references enrichment_tasks (workspace_pk, pk)
  on delete set null (parent_task_pk) deferrable initially immediate;
