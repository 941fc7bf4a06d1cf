import { z } from 'zod';
import { sql } from './sql.ts';

/**
 * Keys of records that something ties to what is matched: an amount, a number, an account, a name. Each kind of tie is
 * a walk over an index that ends after a fixed number of rows, so that a look costs the same in every workspace. Under
 * row level security that takes plain comparisons of whole numbers, dates and texts: what they are compared with is
 * computed beforehand, in lists of their own.
 */

const KeyRow = z.strictObject({ pk: z.number() });

/** Keys that one look answers at most. */
const KEYS_MAX = 1_000;

/** Share and hundredths by which a payment may differ from an invoice and still be looked at. */
const NEAR_SHARE = 0.035;
const NEAR_CENTS = 3_000;

/** Rows on each side of an amount, for all the amounts of a look together, and for each of them at least. */
const NEAR_MAX = 100;
const NEAR_MIN = 8;

/** Rows of one number or word in one month, for all of a look together, and for each of them at least. */
const TERM_MAX = 60;
const TERM_MIN = 4;

/** Rows of one means of payment; means of payment; companies that share a word. */
const PER_MEANS_MAX = 60;
const MEANS_MAX = 60;
const PER_WORD_MAX = 20;
/** Invoices of one number, and of one counterparty on one side. */
const PER_NUMBER_MAX = 10;
const PER_PARTY_MAX = 100;

const share = (all: number, parts: number, least: number) =>
  Math.max(least, Math.floor(all / Math.max(1, parts)));

/** The range of terms that begin with a text; every letter and digit comes before the tilde. */
const beginnings = (texts: readonly string[]) => sql.fragment`
  select text collate "C" as low, text || '~' collate "C" as high
  from unnest(${sql.array([...new Set(texts)], 'text')}) text`;

const textsOf = (values: readonly string[]) => sql.array([...new Set(values)], 'text');

/** Companies by public id, by the account they are known by, and by a word of their names. */
const companies = (
  workspacePk: number,
  {
    counterpartyIds,
    ibans,
    words,
  }: { counterpartyIds: readonly string[]; ibans: readonly string[]; words: readonly string[] },
) => sql.fragment`
  word as materialized (${beginnings(words)}),
  account as materialized (
    select a.pk
    from accounts a
    where a.workspace_pk = ${workspacePk}
      and a.iban = any(${textsOf(ibans)})
      and a.deleted_at is null
  ), company as materialized (
    select c.pk, true as known
    from companies c
    where c.workspace_pk = ${workspacePk}
      and c.company_id = any(${sql.array([...new Set(counterpartyIds)], 'uuid')})
    union
    select p.company_pk, true
    from payment_means p
    where p.account_pk = any(array(select pk from account))
      and p.workspace_pk = ${workspacePk}
      and p.company_pk is not null
      and p.deleted_at is null
    union
    select named.company_pk, false
    from word
    cross join lateral (
      select s.company_pk
      from company_terms s
      where s.workspace_pk = ${workspacePk}
        and s.term >= word.low
        and s.term < word.high
      order by s.term
      limit ${PER_WORD_MAX}
    ) named
  )`;

export interface MovementTies {
  workspacePk: number;
  /** First and last day, ISO. */
  from: string;
  to: string;
  /** Totals, as decimal strings without sign, near which an amount is interesting. */
  amounts: readonly string[];
  /** Beginnings of terms: numbers, and words of names. */
  numbers: readonly string[];
  words: readonly string[];
  ibans: readonly string[];
  counterpartyIds: readonly string[];
}

/**
 * Keys of the movements of a span that something ties to the wanted invoices, those with the most ties first: a number
 * in the label, the account or the company, the exact amount, an amount near, a word of a name.
 */
export const listMovementKeys = ({
  workspacePk,
  from,
  to,
  amounts,
  numbers,
  words,
  ...who
}: MovementTies) => {
  const near = share(NEAR_MAX, amounts.length, NEAR_MIN);
  const live = sql.fragment`
    t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
      and t.anchor_date between ${from}::date and ${to}::date`;
  return sql.type(KeyRow)`
    with ${companies(workspacePk, { ...who, words })},
    amount as materialized (
      select cents, cents - reach as low, cents + reach as high
      from (select distinct (total::numeric * 100)::bigint as cents from unnest(${sql.array(amounts, 'text')}) total) a
      cross join lateral (
        select greatest((cents * ${NEAR_SHARE}::float8)::bigint, ${NEAR_CENTS}::bigint) as reach
      ) r
    ), wanted_term as materialized (
      select low, high, true as is_number from (${beginnings(numbers)}) n
      union all
      select low, high, false from word
    ), month as materialized (
      select first::date as first
      from generate_series(date_trunc('month', ${from}::date), ${to}::date, interval '1 month') first
    ), means as materialized (
      select p.pk, true as known
      from payment_means p
      where p.account_pk = any(array(select pk from account))
        and p.workspace_pk = ${workspacePk}
      union all
      select p.pk, company.known
      from company
      cross join lateral (
        select p.pk
        from payment_means p
        where p.company_pk = company.pk
          and p.workspace_pk = ${workspacePk}
        limit ${MEANS_MAX}
      ) p
      order by known desc
      limit ${MEANS_MAX}
    ), tie as (
      select t.pk, case when t.cents = amount.cents then 4 else 2 end as amount, 0 as number, 0 as known, 0 as named
      from amount
      cross join lateral (
        (
          select t.pk, t.instructed_cents as cents
          from transactions t
          where ${live} and t.instructed_cents between amount.cents and amount.high
          order by t.instructed_cents, t.anchor_date
          limit ${near}
        ) union all (
          select t.pk, t.instructed_cents
          from transactions t
          where ${live} and t.instructed_cents >= amount.low and t.instructed_cents < amount.cents
          order by t.instructed_cents desc, t.anchor_date desc
          limit ${near}
        ) union all (
          select t.pk, t.settlement_cents
          from transactions t
          where ${live} and t.settlement_cents between amount.cents and amount.high
          order by t.settlement_cents, t.anchor_date
          limit ${near}
        ) union all (
          select t.pk, t.settlement_cents
          from transactions t
          where ${live} and t.settlement_cents >= amount.low and t.settlement_cents < amount.cents
          order by t.settlement_cents desc, t.anchor_date desc
          limit ${near}
        )
      ) t
      union all
      select t.pk, 0, 0, case when means.known then 4 else 0 end, case when means.known then 0 else 1 end
      from means
      cross join lateral (
        (
          select t.pk
          from transactions t
          where ${live} and t.debtor_payment_means_pk = means.pk
          order by t.anchor_date
          limit ${PER_MEANS_MAX}
        ) union all (
          select t.pk
          from transactions t
          where ${live} and t.creditor_payment_means_pk = means.pk
          order by t.anchor_date
          limit ${PER_MEANS_MAX}
        )
      ) t
      union all
      select s.transaction_pk, 0, case when q.is_number then 8 else 0 end, 0, case when q.is_number then 0 else 1 end
      from wanted_term q
      cross join month
      cross join lateral (
        select s.transaction_pk
        from transaction_terms s
        where s.workspace_pk = ${workspacePk}
          and s.month = month.first
          and s.term >= q.low
          and s.term < q.high
        order by s.term, s.transaction_pk
        limit ${share(TERM_MAX, numbers.length + words.length, TERM_MIN)}
      ) s
    ), tied as materialized (
      select pk, max(amount) + max(number) + max(known) + max(named) as ties
      from tie
      group by pk
    )
    select t.pk
    from tied
    cross join lateral (
      select t.pk, t.anchor_date
      from transactions t
      where ${live} and t.pk = tied.pk
      -- Row by row: a join would be planned as a walk over all of them.
      offset 0
    ) t
    order by tied.ties desc, t.anchor_date, t.pk
    limit ${KEYS_MAX}`;
};

export interface PayableTies {
  workspacePk: number;
  /** First and last day of issue, ISO. */
  from: string;
  to: string;
  /** Amounts, as decimal strings without sign, near which the others come first. */
  amounts: readonly string[];
  /** What the labels at hand may hold as numbers, in plain capital letters and digits. */
  numbers: readonly string[];
  /** The same in digits alone, without leading noughts. */
  digits: readonly string[];
  /** Beginnings of terms: words that may be of a counterparty's name. */
  words: readonly string[];
  ibans: readonly string[];
  counterpartyIds: readonly string[];
}

/**
 * Keys of the invoices issued in a span that something ties to the movements at hand, those with the most ties first,
 * then by distance to the amount: a number in the label, the counterparty, the exact amount, a word of a name.
 */
export const listPayableKeys = ({ workspacePk, from, to, amounts, numbers, digits, ...who }: PayableTies) => {
  const live = sql.fragment`
    i.workspace_pk = ${workspacePk}
      and i.deleted_at is null
      and i.issue_date >= ${from}::date::timestamp
      and i.issue_date < (${to}::date + 1)::timestamp`;
  const near = share(NEAR_MAX, amounts.length, NEAR_MIN);
  return sql.type(KeyRow)`
    with ${companies(workspacePk, who)},
    amount as materialized (
      select distinct (total::numeric * 100)::bigint as cents from unnest(${sql.array(amounts, 'text')}) total
    ), tie as (
      select i.pk, 8 as number, 0 as known, 0 as named
      from unnest(${textsOf(numbers)}) as wanted (number)
      cross join lateral (
        select i.pk
        from invoices i
        where ${live} and i.number_plain = wanted.number
        order by i.issue_date desc
        limit ${PER_NUMBER_MAX}
      ) i
      union all
      select i.pk, 8, 0, 0
      from unnest(${textsOf(digits)}) as wanted (digits)
      cross join lateral (
        select i.pk
        from invoices i
        where ${live} and i.number_digits = wanted.digits
        order by i.issue_date desc
        limit ${PER_NUMBER_MAX}
      ) i
      union all
      select i.pk, 0, case when company.known then 4 else 0 end, case when company.known then 0 else 1 end
      from company
      cross join lateral (
        (
          select i.pk
          from invoices i
          where ${live} and i.issuer_pk = company.pk
          order by i.issue_date desc
          limit ${PER_PARTY_MAX}
        ) union all (
          select i.pk
          from invoices i
          where ${live} and i.receiver_pk = company.pk
          order by i.issue_date desc
          limit ${PER_PARTY_MAX}
        )
      ) i
      union all
      select i.pk, 0, 0, 0
      from amount
      cross join lateral (
        (
          select i.pk
          from invoices i
          where ${live} and i.total_cents >= amount.cents
          order by i.total_cents, i.issue_date
          limit ${near}
        ) union all (
          select i.pk
          from invoices i
          where ${live} and i.total_cents < amount.cents
          order by i.total_cents desc, i.issue_date desc
          limit ${near}
        )
      ) i
    ), tied as materialized (
      select pk, max(number) + max(known) + max(named) as ties
      from tie
      group by pk
    )
    select i.pk
    from tied
    cross join lateral (
      select i.pk, i.total_cents
      from invoices i
      where ${live} and i.pk = tied.pk
      offset 0
    ) i
    cross join lateral (select min(abs(i.total_cents - amount.cents)) as distance from amount) away
    order by tied.ties + case when away.distance = 0 then 2 else 0 end desc, away.distance, i.pk
    limit ${KEYS_MAX}`;
};
