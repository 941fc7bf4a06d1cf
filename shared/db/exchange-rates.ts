import { z } from 'zod';
import { EXCHANGE_RATE_MAX_AGE_DAYS } from '../domain/limits.ts';
import { DateOnly, Decimal, sql } from './sql.ts';

const RateRow = z.strictObject({
  source_currency: z.string(),
  target_currency: z.string(),
  rate: Decimal,
  rate_date: DateOnly,
});

/** Published rates between these currencies that may be used on a day of the span. */
export const listExchangeRates = ({
  currencies,
  from,
  to,
}: {
  currencies: readonly string[];
  from: string;
  to: string;
}) =>
  sql.type(RateRow)`
    select source_currency::text as source_currency, target_currency::text as target_currency, rate, rate_date
    from exchange_rates
    where source_currency::text = any(${sql.array(currencies, 'text')})
      and target_currency::text = any(${sql.array(currencies, 'text')})
      and rate_date between ${from}::date - ${EXCHANGE_RATE_MAX_AGE_DAYS}::int and ${to}::date
      and deleted_at is null
    order by rate_date, pk`;

const RateKey = z.strictObject({ pk: z.number() });

/** The published rate between two currencies, in whichever direction, that is used on a day; null when there is none. */
export const findExchangeRate = ({ between, day }: { between: readonly [string, string]; day: string }) =>
  sql.type(RateKey)`
    select pk
    from exchange_rates
    where source_currency::text = any(${sql.array(between, 'text')})
      and target_currency::text = any(${sql.array(between, 'text')})
      and source_currency <> target_currency
      and rate_date between ${day}::date - ${EXCHANGE_RATE_MAX_AGE_DAYS}::int and ${day}::date
      and deleted_at is null
    order by rate_date desc, source_currency::text = ${between[0]} desc
    limit 1`;
