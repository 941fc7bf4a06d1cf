-- pg-mem: skip
-- Payment matching reads a bounded number of rows however large a workspace is, so everything it looks for is in an
-- index. Under row level security an index helps only with comparisons that cannot leak a row: those of whole numbers,
-- dates and texts do, those of numeric and every search within a text do not. See docs/decisions/110.

alter table transactions
  drop column label_plain,
  drop column label_folded,
  add column instructed_cents bigint generated always as ((abs(instructed_amount) * 100)::bigint) stored,
  add column settlement_cents bigint generated always as ((abs(settlement_amount) * 100)::bigint) stored;
comment on column transactions.instructed_cents is 'Hundredths without sign: where amounts are looked for.';
comment on column transactions.settlement_cents is 'Hundredths without sign: where amounts are looked for.';
create index idx_transactions_instructed_cents on transactions (workspace_pk, instructed_cents, anchor_date)
  where deleted_at is null;
create index idx_transactions_settlement_cents on transactions (workspace_pk, settlement_cents, anchor_date)
  where settlement_cents is not null and deleted_at is null;
drop index idx_transactions_debtor;
create index idx_transactions_debtor on transactions (debtor_payment_means_pk, anchor_date);
drop index idx_transactions_creditor;
create index idx_transactions_creditor on transactions (creditor_payment_means_pk, anchor_date);

alter table invoices
  add column total_cents bigint generated always as ((abs(grand_total) * 100)::bigint) stored,
  add column number_digits text not null generated always as (
    ltrim(regexp_replace(coalesce(invoice_number, reference_number, ''), '[^0-9]', '', 'g'), '0')
  ) stored;
comment on column invoices.number_digits is 'Digits of the number alone, without leading noughts: what is left of it in a label that glues words to it.';
comment on column invoices.total_cents is 'Hundredths without sign: where amounts are looked for.';
create index idx_invoices_total_cents on invoices (workspace_pk, total_cents, issue_date) where deleted_at is null;
create index idx_invoices_number_plain on invoices (workspace_pk, number_plain, issue_date) where deleted_at is null;
create index idx_invoices_number_digits on invoices (workspace_pk, number_digits, issue_date) where deleted_at is null;
drop index idx_invoices_issuer;
create index idx_invoices_issuer on invoices (issuer_pk, issue_date);
drop index idx_invoices_receiver;
create index idx_invoices_receiver on invoices (receiver_pk, issue_date);

-- Declined links count too, which the unique index of the live ones leaves out.
create index idx_invoice_transactions_invoice on invoice_transactions (invoice_pk);

create function match_terms(label text) returns setof text
  language sql
  immutable
  parallel safe
as $$
  with folded as (
    select regexp_replace(
      replace(replace(replace(translate(
        upper(regexp_replace(normalize(label, nfkd), '[\u0300-\u036f]', '', 'g')), 'ØøŁłĐđ', 'OOLLDD'
      ), 'ß', 'SS'), 'Œ', 'OE'), 'Æ', 'AE'),
      '(?<![AEIOQUY])([AOU])E', '\1', 'g'
    ) as text
  ), parts as (
    select
      part[1] as part,
      lead(part[1]) over (order by at) as next,
      coalesce(sum(length(part[1])) over (order by at rows between unbounded preceding and 1 preceding), 0)::int as before
    from folded, regexp_matches(folded.text, '[A-Z]+|[0-9]+', 'g') with ordinality m (part, at)
  ), plain as (
    select string_agg(part, '' order by before) as text from parts
  ), starts as (
    select before from parts where not (length(part) < 4 and part ~ '[A-Z]' and coalesce(next ~ '[A-Z]', true))
    union
    -- A number is often known without its leading noughts.
    select before + length(part) - length(ltrim(part, '0')) from parts where part like '0%'
  )
  select distinct substr(plain.text, starts.before + 1, 16)
  from starts, plain
  where length(substr(plain.text, starts.before + 1, 16)) >= 4
$$;
comment on function match_terms(text) is 'Where a number or a word may begin in a text, each with the sixteen letters and digits from there on, in capitals without accents, `ue` and the like as `u`. A number or word stands in the text when one of these begins with it.';

create table transaction_terms (
  workspace_pk integer not null
    constraint transaction_terms_workspace_pk_fkey references workspaces (pk) on update cascade on delete cascade,
  month date not null,
  term text collate "C" not null,
  transaction_pk integer not null,
  primary key (workspace_pk, month, term, transaction_pk)
);
comment on table transaction_terms is 'What the labels of transactions begin with, at each of their parts: where numbers and names are looked for. Kept by triggers of transactions, and by nothing else; a reference to transactions would need an index as large as this table.';
comment on column transaction_terms.month is 'First day of the month of anchor_date.';

create table company_terms (
  workspace_pk integer not null
    constraint company_terms_workspace_pk_fkey references workspaces (pk) on update cascade on delete cascade,
  term text collate "C" not null,
  company_pk integer not null,
  primary key (workspace_pk, term, company_pk)
);
comment on table company_terms is 'What the names of companies begin with, at each of their words: where names are looked for. Kept by triggers of companies, and by nothing else.';

-- Before row level security binds the owner, whose migration sees every workspace's rows.
alter table transactions no force row level security;
alter table companies no force row level security;
insert into transaction_terms (workspace_pk, month, term, transaction_pk)
select workspace_pk, date_trunc('month', anchor_date)::date, term, pk
from transactions, match_terms(concat_ws(' ', remittance_unstructured, end_to_end_id)) term
where anchor_date is not null;
insert into company_terms (workspace_pk, term, company_pk)
select workspace_pk, term, pk
from companies, match_terms(name) term;
alter table transactions force row level security;
alter table companies force row level security;

-- Whoever may write a transaction writes its terms, and only so: the functions run as the owner, who is held to the
-- workspace of the connection like everybody.
create function keep_transaction_terms() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  if tg_op = 'INSERT' then
    insert into transaction_terms (workspace_pk, month, term, transaction_pk)
    select f.workspace_pk, date_trunc('month', f.anchor_date)::date, term, f.pk
    from fresh f, match_terms(concat_ws(' ', f.remittance_unstructured, f.end_to_end_id)) term
    where f.anchor_date is not null;
    return null;
  end if;
  delete from transaction_terms
  where workspace_pk = old.workspace_pk
    and month = date_trunc('month', old.anchor_date)::date
    and term in (select match_terms(concat_ws(' ', old.remittance_unstructured, old.end_to_end_id)))
    and transaction_pk = old.pk;
  if tg_op = 'UPDATE' and new.anchor_date is not null then
    insert into transaction_terms (workspace_pk, month, term, transaction_pk)
    select new.workspace_pk, date_trunc('month', new.anchor_date)::date, term, new.pk
    from match_terms(concat_ws(' ', new.remittance_unstructured, new.end_to_end_id)) term;
  end if;
  return null;
end
$$;
comment on function keep_transaction_terms() is 'Keeps the terms of transactions as their labels and days are.';
create trigger keep_terms_of_new after insert on transactions
  referencing new table as fresh
  for each statement execute function keep_transaction_terms();
create trigger keep_terms_of_changed after update on transactions
  for each row
  when (
    old.workspace_pk = new.workspace_pk
    and (old.anchor_date, old.remittance_unstructured, old.end_to_end_id)
      is distinct from (new.anchor_date, new.remittance_unstructured, new.end_to_end_id)
  )
  execute function keep_transaction_terms();
create trigger keep_terms_of_deleted after delete on transactions
  for each row execute function keep_transaction_terms();

create function keep_company_terms() returns trigger
  language plpgsql
  security definer
  set search_path from current
as $$
begin
  if tg_op = 'INSERT' then
    insert into company_terms (workspace_pk, term, company_pk)
    select f.workspace_pk, term, f.pk
    from fresh f, match_terms(f.name) term;
    return null;
  end if;
  delete from company_terms
  where workspace_pk = old.workspace_pk
    and term in (select match_terms(old.name))
    and company_pk = old.pk;
  if tg_op = 'UPDATE' then
    insert into company_terms (workspace_pk, term, company_pk)
    select new.workspace_pk, term, new.pk
    from match_terms(new.name) term;
  end if;
  return null;
end
$$;
comment on function keep_company_terms() is 'Keeps the terms of companies as their names are.';
create trigger keep_terms_of_new after insert on companies
  referencing new table as fresh
  for each statement execute function keep_company_terms();
create trigger keep_terms_of_changed after update on companies
  for each row
  when (old.workspace_pk = new.workspace_pk and old.name is distinct from new.name)
  execute function keep_company_terms();
create trigger keep_terms_of_deleted after delete on companies
  for each row execute function keep_company_terms();

do $$
declare
  name text;
begin
  foreach name in array array['transaction_terms', 'company_terms'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format($policy$
      create policy tenant on %I
        using (workspace_pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer)
        with check (workspace_pk = nullif(current_setting('wellspring.workspace_pk', true), '')::integer)
    $policy$, name);
    execute format('grant select on %I to wellspring_api, wellspring_worker', name);
  end loop;
end
$$;
