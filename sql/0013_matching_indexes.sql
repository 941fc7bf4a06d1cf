-- pg-mem: skip
-- Payment matching looks at a span of days in one workspace, by the date that stands first on a movement.

create index idx_transactions_anchor_date
  on transactions (
    workspace_pk,
    (coalesce((executed_at at time zone 'UTC')::date, booking_date, value_date, requested_execution_date))
  )
  where deleted_at is null;
create index idx_invoices_workspace_issue_date on invoices (workspace_pk, (issue_date::date)) where deleted_at is null;
