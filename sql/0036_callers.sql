-- pg-mem: skip
-- Who is calling is found out before a workspace is known. That the caller's workspaces and people were to be seen for
-- it took policies with subqueries on the tables that nearly every statement reads, and planning those cost more than
-- the statements: twelve milliseconds for finding a caller. Instead two functions step into one workspace after the
-- other, as its transaction would, and the policies are comparisons with a setting again. Their plans are kept.

drop policy own_people on peoples;
drop policy own_workspaces on workspaces;
drop policy of_key on memberships;
drop policy of_key on workspaces;
drop policy of_key on peoples;

create function memberships_of(subject text)
  returns table (
    workspace_pk integer,
    workspace_id uuid,
    external_workspace_id text,
    membership_pk integer,
    person_pk integer,
    person_id uuid,
    is_person_deleted boolean,
    role membership_role_enum,
    is_default boolean
  )
  language plpgsql
  as $$
declare
  membership record;
begin
  for membership in
    select m.pk, m.workspace_pk, m.person_pk, m.membership_role, m.is_default
    from memberships m
    where m.firebase_id = subject
      and m.status = 'active'
      and m.deleted_at is null
    order by m.is_default desc, m.pk
  loop
    perform set_config('wellspring.workspace_pk', membership.workspace_pk::text, true);
    return query
      select
        w.pk, w.workspace_id, w.external_workspace_id::text, membership.pk, p.pk, p.person_id,
        p.deleted_at is not null, membership.membership_role, membership.is_default
      from workspaces w
      join peoples p on p.workspace_pk = w.pk
      where w.pk = membership.workspace_pk
        and w.deleted_at is null
        and p.pk = membership.person_pk;
  end loop;
  perform set_config('wellspring.workspace_pk', '', true);
end
$$;
comment on function memberships_of is 'The active memberships of the identity in wellspring.firebase_id with their workspaces and people, the default one first.';

create function key_holder(of_prefix text)
  returns table (
    api_key_pk integer,
    api_key_id uuid,
    secret_hash text,
    is_use_due boolean,
    workspace_pk integer,
    workspace_id uuid,
    external_workspace_id text,
    membership_pk integer,
    person_pk integer,
    person_id uuid,
    role membership_role_enum
  )
  language plpgsql
  as $$
declare
  key record;
begin
  for key in
    select k.pk, k.api_key_id, k.secret_hash, k.last_used_at, k.workspace_pk, k.membership_pk
    from api_keys k
    where k.prefix = of_prefix
      and k.deleted_at is null
      and coalesce(k.expires_at > now(), true)
  loop
    perform set_config('wellspring.workspace_pk', key.workspace_pk::text, true);
    return query
      select
        key.pk, key.api_key_id, key.secret_hash, coalesce(key.last_used_at < now() - interval '1 hour', true),
        w.pk, w.workspace_id, w.external_workspace_id::text, m.pk, p.pk, p.person_id, m.membership_role
      from workspaces w
      join memberships m on m.workspace_pk = w.pk
      join peoples p on p.workspace_pk = m.workspace_pk and p.pk = m.person_pk
      where w.pk = key.workspace_pk
        and w.deleted_at is null
        and m.pk = key.membership_pk
        and m.status = 'active'
        and m.deleted_at is null
        and p.deleted_at is null;
  end loop;
  perform set_config('wellspring.workspace_pk', '', true);
end
$$;
comment on function key_holder is 'The live key in wellspring.api_key and the member it acts as; no row when any of them is gone or its time is over.';
