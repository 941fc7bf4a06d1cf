-- pg-mem: skip
-- Tenancy a second time, below the statements: row level security that also binds the owner, and two roles that own
-- nothing. `wellspring_api` answers callers, `wellspring_worker` runs deliveries and the sweep.
--
-- A transaction says whom it works for: set_config('wellspring.workspace_pk', …, true). Without it no row is seen. The
-- setting reads as '' after the transaction, hence the nullif.

-- Roles belong to the cluster, not to the database: another database's migration may be making them right now.
do $$
declare
  name text;
begin
  foreach name in array array['wellspring_api', 'wellspring_worker'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin', name);
      end if;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

do $$
begin
  execute format('grant usage on schema %I to wellspring_api, wellspring_worker', current_schema());
end
$$;

-- Tenant tables: read, insert and update for both; deletes are soft.
do $$
declare
  name text;
begin
  for name in
    select c.table_name
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema()
      and c.column_name = 'workspace_pk'
      and t.table_type = 'BASE TABLE'
    order by c.table_name
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format($policy$
      create policy tenant on %I
        using (workspace_pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer)
        with check (workspace_pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer)
    $policy$, name);
    execute format('grant select, insert, update on %I to wellspring_api, wellspring_worker', name);
  end loop;
end
$$;

-- Written by first-party services that are not part of this project.
revoke insert, update on memberships, workspace_accounting_settings from wellspring_api, wellspring_worker;
revoke select on memberships from wellspring_worker;

-- Credentials in `config` are nobody's business here.
revoke all on workspace_connectors from wellspring_api, wellspring_worker;
grant select (
  pk, workspace_connector_id, workspace_pk, connector_pk, person_pk, status, filter, created_at, updated_at, deleted_at
) on workspace_connectors to wellspring_api, wellspring_worker;

-- A caller is known before a workspace is: their memberships, and through them their workspaces, are theirs to see.
create policy own_memberships on memberships
  for select
  using (firebase_id = nullif(current_setting('wellspring.firebase_id', true), ''));

alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy tenant on workspaces
  using (pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer)
  with check (pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer);
create policy own_workspaces on workspaces
  for select
  to wellspring_api
  using (
    exists (
      select
      from memberships m
      where m.workspace_pk = workspaces.pk
        and m.firebase_id = nullif(current_setting('wellspring.firebase_id', true), '')
        and m.deleted_at is null
    )
  );
grant select on workspaces to wellspring_api, wellspring_worker;

-- Without a workspace of its own, it follows its transaction.
alter table transaction_documents enable row level security;
alter table transaction_documents force row level security;
create policy tenant on transaction_documents
  using (exists (select from transactions t where t.pk = transaction_pk))
  with check (
    exists (
      select
      from transactions t
      join documents d on d.workspace_pk = t.workspace_pk
      where t.pk = transaction_pk and d.pk = document_pk
    )
  );
grant select, insert, update on transaction_documents to wellspring_api, wellspring_worker;

-- The pipeline's own tables: a delivery names a task and nothing else, so the worker finds the tenant in the row.
create policy pipeline on enrichment_tasks to wellspring_worker using (true) with check (true);
create policy pipeline on enrichment_task_events to wellspring_worker using (true) with check (true);
create policy pipeline on enrichment_batches to wellspring_worker using (true) with check (true);
revoke update on enrichment_task_events from wellspring_api, wellspring_worker;

-- Callers ask for work and read it. How far it got is written by the pipeline only.
revoke insert, update on enrichment_tasks from wellspring_api;
grant insert (
  entity_type, entity_id, enrichment_type, input, target_fields, source_channel, input_hash, description, batch_id,
  workspace_pk, parent_task_pk, retry_of_pk
) on enrichment_tasks to wellspring_api;
grant update (description, deleted_at, dispatched_at, dispatch_generation) on enrichment_tasks to wellspring_api;

-- The sweep forgets answers whose time is over, whoever's they are.
create policy expired on idempotency_keys for select to wellspring_worker using (expires_at < now());
create policy expired_delete on idempotency_keys for delete to wellspring_worker using (expires_at < now());
grant delete on idempotency_keys to wellspring_api, wellspring_worker;

-- The logo of a provider belongs to no workspace: all read it, the pipeline writes it.
create policy catalogue_media on media for select using (workspace_pk is null);
create policy catalogue_media_insert on media for insert to wellspring_worker with check (workspace_pk is null);

-- Global catalogues.
grant select on providers, connectors, provider_connectors, task_templates, exchange_rates
  to wellspring_api, wellspring_worker;
grant update (logo_media_pk) on providers to wellspring_worker;
grant insert, update on exchange_rates to wellspring_worker;
