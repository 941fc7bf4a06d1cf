-- pg-mem: skip
-- What the tables promise beyond their columns.

-- An index row over 2.7 KB fails its insert, and then not even the failure can be written down.
alter table enrichment_tasks
  add constraint enrichment_tasks_input_record_id_check check (length(input->>'record_id') <= 255),
  add constraint enrichment_tasks_input_hash_check check (input_hash like 'sha256:%' and length(input_hash) <= 71),
  add constraint enrichment_tasks_target_fields_check check (jsonb_typeof(target_fields) = 'array');
alter table workspace_connector_sync_logs
  add constraint workspace_connector_sync_logs_collect_id_check check (length(metadata->>'collect_id') <= 255);
alter table collects
  add constraint collects_ended_at_check check (ended_at >= started_at);

-- A pair has no order: A to B and B to A are the same claim, and one of them is live at a time.
create unique index uniq_reconciliation_links_active_pair
  on reconciliation_links (
    workspace_pk,
    least(source_type || ':' || source_id, target_type || ':' || target_id),
    greatest(source_type || ':' || source_id, target_type || ':' || target_id)
  )
  where deleted_at is null;

-- Within one transaction `now()` stands still; events keep their order.
alter table enrichment_task_events alter column created_at set default clock_timestamp();

create function set_updated_at() returns trigger
  language plpgsql
as $$
begin
  if tg_op = 'INSERT' then
    new.updated_at := coalesce(new.updated_at, now());
  else
    new.updated_at := clock_timestamp();
  end if;
  return new;
end
$$;
comment on function set_updated_at() is 'Stamps updated_at on insert and on every update, whatever the statement says.';

-- Every table that has the column; a test fails when a later migration forgets its own.
do $$
declare
  name text;
begin
  for name in
    select table_name
    from information_schema.columns
    where table_schema = current_schema() and column_name = 'updated_at'
    order by table_name
  loop
    execute format(
      'create trigger set_updated_at before insert or update on %I for each row execute function set_updated_at()',
      name
    );
  end loop;
end
$$;

create function keep_identity() returns trigger
  language plpgsql
as $$
begin
  raise exception '%.created_at and the public id are set once', tg_table_name
    using errcode = 'check_violation', table = tg_table_name, constraint = tg_table_name || '_identity_check';
end
$$;
comment on function keep_identity() is 'Refuses a change of created_at or of the public id.';

create trigger keep_identity before update on enrichment_tasks
  for each row
  when (
    old.created_at is distinct from new.created_at
    or old.enrichment_task_id is distinct from new.enrichment_task_id
  )
  execute function keep_identity();
create trigger keep_identity before update on collects
  for each row
  when (old.created_at is distinct from new.created_at or old.collect_id is distinct from new.collect_id)
  execute function keep_identity();

-- The cascade of a changed workspaces.pk is the one update that may move a row to another key. It is told by what only
-- it can meet: the old key is gone from workspaces, and the statement was not the client's own.
create function follows_workspace_key(old_workspace_pk integer) returns boolean
  language sql
  stable
as $$
  select pg_trigger_depth() > 1 and not exists (select from workspaces where pk = old_workspace_pk)
$$;

create function keep_collect_workspace() returns trigger
  language plpgsql
as $$
begin
  if old.workspace_pk is not null and follows_workspace_key(old.workspace_pk) then
    return new;
  end if;
  raise exception 'the workspace of a collect is stamped at creation and never changes'
    using errcode = 'check_violation', table = 'collects', constraint = 'collects_workspace_immutable';
end
$$;
comment on function keep_collect_workspace() is 'The tenant-safety guarantee of runs in flight: a switch of workspace cannot reroute their writes.';

create trigger keep_collect_workspace before update on collects
  for each row
  when (old.workspace_pk is distinct from new.workspace_pk)
  execute function keep_collect_workspace();

create function keep_event() returns trigger
  language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and follows_workspace_key(old.workspace_pk) then
    return new;
  end if;
  -- A cascade deletes the task first, and the event with it.
  if tg_op = 'DELETE'
    and pg_trigger_depth() > 1
    and not (
      exists (select from enrichment_tasks where pk = old.enrichment_task_pk)
      and exists (select from workspaces where pk = old.workspace_pk)
    )
  then
    return old;
  end if;
  raise exception 'enrichment_task_events is append-only'
    using errcode = 'check_violation', table = 'enrichment_task_events', constraint = 'enrichment_task_events_append_only';
end
$$;
comment on function keep_event() is 'Lets events be written, and leave with their task; nothing else.';

create trigger keep_event before update or delete on enrichment_task_events
  for each row execute function keep_event();
create trigger keep_events before truncate on enrichment_task_events
  for each statement execute function keep_event();

create function defer_tenant_keys() returns trigger
  language plpgsql
as $$
begin
  set constraints all deferred;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function defer_tenant_keys() is 'Lets the rows of a workspace follow its key, or go with it, table by table: they are checked together at commit.';

create trigger defer_tenant_keys before delete on workspaces
  for each row execute function defer_tenant_keys();
create trigger defer_tenant_keys_on_rekey before update of pk on workspaces
  for each row
  when (old.pk is distinct from new.pk)
  execute function defer_tenant_keys();
