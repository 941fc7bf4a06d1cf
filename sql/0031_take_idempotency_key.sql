-- pg-mem: skip
-- Taking a key must not cost a way to the server of its own: it is sent together with the first statement of the work,
-- and stops that work by failing. Inside a function each statement sees what was committed before it, so the row is
-- looked for after the lock is held.

create function take_idempotency_key(of_workspace integer, of_endpoint text, of_key text) returns void
  language plpgsql
  as $$
begin
  if pg_try_advisory_xact_lock(hashtextextended(of_workspace || '/' || of_endpoint || '/' || of_key, 0))
    and not exists (
      select
      from idempotency_keys k
      where k.workspace_pk = of_workspace
        and k.endpoint = of_endpoint
        and k.key = of_key
        and k.state = 'done'
        and k.expires_at > now()
    )
  then
    return;
  end if;
  raise exception using errcode = 'WS409', message = 'the idempotency key is taken';
end
$$;
comment on function take_idempotency_key is 'Holds a key to the end of the transaction; fails with WS409 while another transaction has it, and when it has an answer.';
