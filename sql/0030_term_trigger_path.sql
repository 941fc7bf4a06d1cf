-- pg-mem: skip
-- Functions that run as the owner find their tables in this schema alone: temporary tables of whoever writes come last.
do $$
declare
  name text;
begin
  foreach name in array array['keep_transaction_terms', 'keep_company_terms'] loop
    execute format('alter function %I() set search_path = %I, pg_temp', name, current_schema());
  end loop;
end
$$;
