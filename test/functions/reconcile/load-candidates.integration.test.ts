import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAnchor, loadCandidates } from '../../../functions/reconcile/load-candidates.ts';
import { listPaymentLinks } from '../../../shared/db/invoice-transactions.ts';
import { listMovementKeys, listPayableKeys } from '../../../shared/db/match-ties.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { matchTerm } from '../../../shared/domain/names.ts';
import { type FreshDatabase, freshDatabase, roleUrl } from '../../support/database.ts';
import { insertCompany, insertInvoice, insertTransaction, insertWorkspace } from '../../support/factories.ts';
import { owner, workerDatabase } from '../../support/pipeline.ts';

// A workspace of thousands of movements and invoices whose amounts lie close together, and in it a few records that
// something ties: whatever the others look like, one is found from the other.

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let worker: pg.Client;
let workspacePk: number;
let own: { pk: number };

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
  worker = new pg.Client({ connectionString: roleUrl(fresh.url, 'wellspring_worker') });
  await worker.connect();
  workspacePk = (await insertWorkspace(client)).pk;
  own = await insertCompany(client, workspacePk, { name: 'Marlow Studio SAS' });
  await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);
  await client.query(
    `insert into companies (workspace_pk, name)
     select $1, translate(left(md5(n::text), 10), '0123456789', 'ghijklmnop') || ' Services SARL' from generate_series(1, 200) n`,
    [workspacePk],
  );
  await client.query(
    `insert into payment_means (workspace_pk, company_pk) select $1, pk from companies where name like '% Services SARL'`,
    [workspacePk],
  );
  // Amounts between 90 and 110, and a subscription that everybody has.
  await client.query(
    `insert into transactions (
       workspace_pk, type, status, instructed_amount, instructed_currency, booking_date, remittance_unstructured,
       creditor_payment_means_pk
     )
     select
       $1, 'debit', 'booked', -case when n % 5 = 0 then 9.99 else 90 + n % 2000 / 100.0 end, 'EUR',
       date '2026-02-01' + n % 60, 'VIR SEPA SERVICES 2026-' || n, m.pk
     from generate_series(1, 4000) n
     join (select pk, row_number() over (order by pk) - 1 as at from payment_means) m on m.at = n % 200`,
    [workspacePk],
  );
  await client.query(
    `insert into invoices (
       workspace_pk, issuer_pk, receiver_pk, invoice_number, issue_date, grand_total, local_currency, status
     )
     select
       $1, m.company_pk, $2, 'S' || n, date '2026-02-01' + n % 60,
       case when n % 5 = 0 then 9.99 else 90 + n % 2000 / 100.0 end, 'EUR', 'issued'
     from generate_series(1, 4000) n
     join (select company_pk, row_number() over (order by pk) - 1 as at from payment_means) m on m.at = n % 200`,
    [workspacePk, own.pk],
  );
  await client.query('analyze');
});
afterAll(async () => {
  await Promise.all([client?.end(), worker?.end(), database?.close()]);
  await fresh?.drop();
});

const meansOf = async (columns: { company_pk?: number; iban?: string }) => {
  const { rows } = await client.query<{ pk: number }>(
    `with account as (
       insert into accounts (workspace_pk, iban, ownership) select $1::int, $3::text, 'counterparty' where $3::text is not null
       returning pk
     )
     insert into payment_means (workspace_pk, company_pk, account_pk) values ($1, $2, (select pk from account)) returning pk`,
    [workspacePk, columns.company_pk ?? null, columns.iban ?? null],
  );
  return rows[0]?.pk;
};

interface Tied {
  company: string;
  invoice: object;
  payment: object;
  /** What the payment goes to: the company itself, or an account with the number of the company's. */
  through?: 'company' | 'account';
}

const ties: [name: string, tied: Tied][] = [
  [
    'a number glued to a word, a part of the amount',
    {
      company: 'Ondine Fictional Prints GmbH',
      invoice: { invoice_number: 'F2024-0012', grand_total: '1000.00' },
      payment: { instructed_amount: '-100.07', remittance_unstructured: 'VIR SEPA REFF2024-0012 ACOMPTE' },
    },
  ],
  [
    'a number in three parts',
    {
      company: 'Corvid Sample Freight BV',
      invoice: { invoice_number: 'CSF-2026/00417', grand_total: '820.00' },
      payment: { instructed_amount: '-99.10', remittance_unstructured: 'CSF 2026 00417' },
    },
  ],
  [
    'a name glued to what follows',
    {
      company: 'Müller & Höhne Attrapp KG',
      invoice: { invoice_number: '7', grand_total: '640.00' },
      payment: { instructed_amount: '-98.00', remittance_unstructured: 'PRLV MUELLERHOEHNE ATTRAPP' },
    },
  ],
  [
    'the same account number, nothing else',
    {
      company: 'Quillon Placeholder Ltd',
      invoice: { invoice_number: '8', grand_total: '777.00' },
      payment: { instructed_amount: '-100.50', remittance_unstructured: 'VIREMENT' },
      through: 'account',
    },
  ],
  [
    'the company, one of very many equal amounts',
    {
      company: 'Teasel Nonesuch Hosting',
      invoice: { invoice_number: '9', grand_total: '9.99' },
      payment: { instructed_amount: '-9.99', remittance_unstructured: null },
      through: 'company',
    },
  ],
  [
    'the exact amount, among very many near ones',
    {
      company: 'Zephyr Makebelieve Oy',
      invoice: { invoice_number: '10', grand_total: '100.005' },
      payment: { instructed_amount: '-100.01', remittance_unstructured: 'CARTE' },
    },
  ],
  [
    'the exact amount in the currency of the invoice',
    {
      company: 'Larkspur Invented Inc',
      invoice: { invoice_number: '11', grand_total: '104.35', local_currency: 'USD' },
      payment: {
        ...{ instructed_amount: '-104.35', instructed_currency: 'USD' },
        ...{ settlement_amount: '-95.70', settlement_currency: 'EUR', remittance_unstructured: 'CARTE' },
      },
    },
  ],
];

describe.each(ties)('%s', (_name, { company, invoice, payment, through }) => {
  test('is found from either side', async () => {
    const { pk: companyPk } = await insertCompany(client, workspacePk, { name: company });
    const iban = through === 'account' ? 'FR7600000000000000000000042' : undefined;
    const theirs = await meansOf({ company_pk: companyPk, ...(iban ? { iban } : {}) });
    const bill = await insertInvoice(client, workspacePk, {
      ...{ issuer_pk: companyPk, receiver_pk: own.pk, issue_date: '2026-03-01', due_date: '2026-03-31' },
      ...invoice,
    });
    const to = through === 'account' ? await meansOf({ iban: iban ?? '' }) : theirs;
    const movement = await insertTransaction(client, workspacePk, {
      ...{ type: 'debit', status: 'booked', booking_date: '2026-03-28' },
      ...(through ? { creditor_payment_means_pk: to } : {}),
      ...payment,
    });
    const load = (entity_type: string, entity_id: string) =>
      database.inWorkspace(workspacePk, async (db) => {
        const anchor = await loadAnchor(db, workspacePk, { entity_type, entity_id });
        if (!anchor) throw new Error('the anchor is not there');
        return (await loadCandidates(db, workspacePk, anchor)).records;
      });

    const fromInvoice = await load('invoice', bill.invoice_id);
    const fromPayment = await load('transaction', movement.transaction_id);

    expect(fromInvoice.transactions.map((row) => row.transaction_id)).toContain(movement.transaction_id);
    expect(fromPayment.invoices.map((row) => row.invoice_id)).toContain(bill.invoice_id);
  });
});

test('candidates are read by index under row level security, however many there are', async () => {
  const [from, to] = ['2026-01-01', '2026-06-30'];
  const who = { words: ['SERVICES'], ibans: ['FR7600000000000000000000042'], counterpartyIds: [] };
  const statements = [
    listMovementKeys({
      workspacePk,
      from,
      to,
      amounts: ['100.00', '9.99'],
      numbers: ['S17', '20261'],
      ...who,
    }),
    listPayableKeys({
      ...{ workspacePk, from, to, amounts: ['100.00'], numbers: ['S17', 'S18'], digits: ['12345'] },
      ...who,
    }),
    listPaymentLinks({ workspacePk, invoicePks: [1, 2], transactionPks: [1, 2] }),
  ];
  await worker.query('begin');
  await worker.query(`select set_config('wellspring.workspace_pk', $1, true)`, [String(workspacePk)]);

  const scanned: string[] = [];
  for (const { sql, values } of statements) {
    const { rows } = await worker.query<{ 'QUERY PLAN': string }>(
      `explain ${sql.replaceAll('$slonik_', '$')}`,
      values as unknown[],
    );
    for (const row of rows) {
      const table = /Seq Scan on (\w+)/.exec(row['QUERY PLAN'])?.[1];
      if (table) scanned.push(table);
    }
  }
  await worker.query('rollback');

  const large = ['transactions', 'invoices', 'transaction_terms', 'company_terms', 'companies'];
  expect(scanned.filter((table) => large.includes(table))).toEqual([]);
});

describe('terms', () => {
  const termsOf = async (transactionPk: number) =>
    (
      await client.query<{ term: string }>(
        `select to_char(month, 'YYYY-MM ') || term as term from transaction_terms
         where workspace_pk = $1 and transaction_pk = $2 order by 1`,
        [workspacePk, transactionPk],
      )
    ).rows.map(({ term }) => term);

  test('follow the label and the day of their movement, and go with it', async () => {
    const { pk } = await insertTransaction(client, workspacePk, {
      ...{ booking_date: '2026-03-05', remittance_unstructured: 'Réf INV-0012', end_to_end_id: 'A 77' },
    });
    const first = await termsOf(pk);
    await client.query(
      `update transactions set remittance_unstructured = 'Loyer', booking_date = '2026-04-01' where pk = $1`,
      [pk],
    );
    const changed = await termsOf(pk);
    await client.query('update transactions set booking_date = null where pk = $1', [pk]);
    const undated = await termsOf(pk);
    await client.query(`update transactions set booking_date = '2026-05-02' where pk = $1`, [pk]);
    await client.query('delete from transactions where pk = $1', [pk]);

    expect(first).toEqual(['2026-03 0012A77', '2026-03 12A77', '2026-03 INV0012A77']);
    expect(changed).toEqual(['2026-04 LOYERA77']);
    expect(undated).toEqual([]);
    expect(await termsOf(pk)).toEqual([]);
  });

  test.each([
    ['Müller', 'MUELLER SOHN'],
    ['Straßenbau', 'STRASSENBAU NORD'],
    ['Œuvre', 'oeuvre'],
    ['Søndergård', 'SONDERGARD AS'],
    ['Żółw', 'zolw 12'],
    ['INV-2026/041', 'ref INV 2026 041 x'],
  ])('%s is looked for as the database writes it', async (text, label) => {
    const { rows } = await client.query<{ term: string }>('select match_terms($1) as term', [label]);

    expect(rows.some(({ term }) => term.startsWith(matchTerm(text)))).toBe(true);
  });
});
