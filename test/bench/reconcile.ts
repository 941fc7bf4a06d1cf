import { matchPayments } from '../../functions/reconcile/match-payments.ts';
import { nameSimilarity } from '../../shared/domain/names.ts';
import { inventPayments, rateLinks } from '../support/payments.ts';

// A year and a half of a mid-sized company in one run, next to what scoring every payment with every invoice would
// take: measured on a part of the pairs in the same run, and scaled to all of them.

const [invoices, transactions] = [Number(process.argv[2] ?? 5000), Number(process.argv[3] ?? 7000)];
const data = inventPayments({ seed: 2026, invoices, transactions });

const measured = <Result>(work: () => Result) => {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
};

const PART = 40;
const partOf = <Item>(items: readonly Item[]) => items.filter((_, at) => at % PART === 0);
const [some, others] = [partOf(data.transactions), partOf(data.invoices)];
const pairwise = measured(() =>
  some.map((transaction) =>
    Math.max(
      ...others.map((invoice) => nameSimilarity(transaction.label ?? '', invoice.counterparty_name ?? '')),
    ),
  ),
);
const scale = (data.transactions.length * data.invoices.length) / (some.length * others.length);

const matched = measured(() => matchPayments(data));
const { links } = matched.result;
const quality = rateLinks(links, data.truth);
const rounded = (value: number, digits = 4) => Number(value.toFixed(digits));

console.log(
  JSON.stringify({
    name: 'reconcile',
    invoices: data.invoices.length,
    transactions: data.transactions.length,
    seconds: rounded(matched.seconds, 2),
    cpu_seconds: rounded(matched.cpu, 2),
    rss_mb: Math.round(process.memoryUsage().rss / 1e6),
    every_pair_seconds: rounded(pairwise.seconds * scale, 0),
    ratio: rounded((pairwise.seconds * scale) / matched.seconds, 0),
    links: links.length,
    auto: links.filter(({ decision }) => decision === 'auto').length,
    precision: rounded(quality.autoPrecision),
    f1: rounded(quality.f1),
  }),
);
