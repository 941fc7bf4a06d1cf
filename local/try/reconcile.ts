import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { matchPayments, type PaymentLink } from '../../functions/reconcile/match-payments.ts';
import { InvoiceRecord, readRecords, TransactionRecord } from '../../functions/reconcile/record-schemas.ts';

const help = `Finds which payments settle which invoices, with reconcile's own code.

  npm run try -- reconcile --transactions T.json --invoices I.json [--json]

  --transactions FILE   a JSON list, or an object with a list under "transactions"
  --invoices FILE       a JSON list, or an object with a list under "invoices"
  --json                one JSON object on stdout: {"links": […], "seconds"}; without it a table
  --help                this text

  transaction  transaction_id, booking_date, value_date, amount ("-12.50": money out), currency, label,
               counterparty_name, counterparty_iban, original_amount, original_currency
  invoice      invoice_id, kind (invoice, credit_note), direction (payable, receivable), number, counterparty_id,
               counterparty_name, counterparty_iban, issue_date, due_date, currency, total

  A record that cannot be used is left out; the reason goes to stderr.
`;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** The list in a file, bare or under its key. Throws with what to mend. */
async function readRows(file: string, key: 'transactions' | 'invoices'): Promise<unknown[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}): give the path of a JSON file to --${key}`, {
      cause: error,
    });
  });
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  const rows = z
    .union([z.array(z.unknown()), z.looseObject({ [key]: z.array(z.unknown()) })])
    .safeParse(content);
  if (!rows.success) throw new Error(`${file} must hold a list, or an object with a list under "${key}"`);
  return Array.isArray(rows.data) ? rows.data : z.array(z.unknown()).parse(rows.data[key]);
}

/** The records of a file; what is wrong with one of them is said and the record left out. */
async function readFileRecords<Row>(file: string, key: 'transactions' | 'invoices', schema: z.ZodType<Row>) {
  const rows = await readRows(file, key);
  const { records, faults } = readRecords(rows, schema, key === 'invoices' ? 'invoice' : 'transaction');
  for (const { record, field, mend } of faults) say(`${file}: ${record} left out: ${field} ${mend}`);
  if (rows.length > 0 && records.length === 0) {
    throw new Error(`${file} holds no record that can be used; --help names the fields`);
  }
  return records;
}

/** The keys others rely on, and the currency the amount is in. */
const asLine = ({ transaction_id, invoice_id, amount, currency, decision, score }: PaymentLink) => ({
  transaction_id,
  invoice_id,
  amount,
  currency,
  decision,
  score,
});

const asTable = (links: readonly PaymentLink[]) => {
  const rows = links.map((link) => [
    link.transaction_id,
    link.invoice_id,
    `${link.amount} ${link.currency}`,
    link.decision,
    link.score.toFixed(3),
    link.reasoning,
  ]);
  const table = [['transaction', 'invoice', 'amount', 'decision', 'score', 'because'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `${table.map((row) => line(row).trimEnd()).join('\n')}\n`;
};

/** `npm run try -- reconcile`; answers the exit code and throws, with what to mend, on a file that cannot be used. */
export async function tryReconcile(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      transactions: { type: 'string' },
      invoices: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (!values.transactions || !values.invoices) {
    say(`wellspring: --${values.transactions ? 'invoices' : 'transactions'} FILE is missing\n\n${help}`);
    return 2;
  }
  const transactions = await readFileRecords(values.transactions, 'transactions', TransactionRecord);
  const invoices = await readFileRecords(values.invoices, 'invoices', InvoiceRecord);

  const started = performance.now();
  const { links, left_out } = matchPayments({ transactions, invoices });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(3));

  for (const { id, reason } of left_out) say(`${id} left out: ${reason}`);
  const auto = links.filter(({ decision }) => decision === 'auto').length;
  say(`${auto} links to apply, ${links.length - auto} to look at, in ${seconds} s`);
  process.stdout.write(
    values.json ? `${JSON.stringify({ links: links.map(asLine), seconds })}\n` : asTable(links),
  );
  return 0;
}
