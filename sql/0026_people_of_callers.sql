-- pg-mem: skip
-- A caller's own person rows are theirs to see before a workspace is chosen, as their memberships and workspaces are:
-- who is calling is found out in one statement.
create policy own_people on peoples
  for select
  to wellspring_api
  using (
    exists (
      select
      from memberships m
      where m.workspace_pk = peoples.workspace_pk
        and m.person_pk = peoples.pk
        and m.firebase_id = nullif(current_setting('wellspring.firebase_id', true), '')
        and m.deleted_at is null
    )
  );
