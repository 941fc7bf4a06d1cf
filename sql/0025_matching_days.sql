-- pg-mem: skip
-- Under row level security an index only helps with conditions that cannot leak a row, and a cast or a coalesce counts as
-- one that can: every span of days read the whole table. So the day that stands first on a movement is kept, and
-- invoices are looked up by their issue date as it is.

alter table transactions
  add column anchor_date date generated always as (
    coalesce((executed_at at time zone 'UTC')::date, booking_date, value_date, requested_execution_date)
  ) stored;
comment on column transactions.anchor_date is 'The day a movement is dated by: execution, else booking, value or requested execution.';

drop index idx_transactions_anchor_date;
create index idx_transactions_anchor_date on transactions (workspace_pk, anchor_date) where deleted_at is null;
drop index idx_invoices_workspace_issue_date;
