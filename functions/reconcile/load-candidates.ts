import { listExchangeRates } from '../../shared/db/exchange-rates.ts';
import { listPaymentLinks, type PaymentLinkRow } from '../../shared/db/invoice-transactions.ts';
import { listMovementKeys, listPayableKeys } from '../../shared/db/match-ties.ts';
import { findMovement, listMovements, lockMatching, type MovementRow } from '../../shared/db/movements.ts';
import { findPayable, listPayables, type PayableRow } from '../../shared/db/payables.ts';
import type { Db } from '../../shared/db/sql.ts';
import { compareAmounts, subtractAmounts, absoluteAmount as unsigned } from '../../shared/domain/money.ts';
import { foldText, matchTerm, nameWords } from '../../shared/domain/names.ts';
import type { ExistingLink } from './ledger.ts';
import type { Anchor } from './links-of-anchor.ts';
import type { MatchPayments } from './match-payments.ts';
import type { PaymentInvoice, PaymentTransaction } from './payment-records.ts';

/** The record of the task with what decides where candidates are looked for. */
export interface LoadedAnchor extends Anchor {
  /** ISO day; null when the record has no date at all. */
  day: string | null;
  movement: MovementRow | null;
  payable: PayableRow | null;
}

/** What matching is given, and the keys to write its links with. */
export interface Candidates {
  records: MatchPayments;
  transactionPks: ReadonlyMap<string, number>;
  invoices: ReadonlyMap<string, PayableRow>;
  /** How many records of the other side were looked at. */
  compared: number;
  /** The links that stand already settle or use up the anchor. */
  isCovered: boolean;
}

/** Days before its issue that an invoice may be paid, and days after it is due. */
const DAYS_BEFORE_ISSUE = 10;
const DAYS_AFTER_DUE = 120;
/** Terms longer than this are no terms: how far back the invoices of a payment are looked for. */
const TERMS_MAX_DAYS = 90;
/** An invoice that is due later than this after its issue is not waited for so long. */
const DUE_AFTER_ISSUE_MAX_DAYS = 365;
/** Values of one kind, of the most telling records, that one look goes by; numbers of all the labels at hand. */
const LOOKED_UP_MAX = 40;
const LABEL_NUMBERS_MAX = 2_000;
/** Shortest word of a name that movements are looked up by. */
const WORD_MIN_LENGTH = 4;

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const distinct = <Value>(values: readonly (Value | null)[]): Value[] =>
  [...new Set(values.filter((value) => value !== null))].slice(0, LOOKED_UP_MAX);
const plain = (text: string | null) => (text ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');

/** The record itself; null when it is not there. */
export async function loadAnchor(
  db: Db,
  workspacePk: number,
  { entity_type, entity_id }: { entity_type: string; entity_id: string },
): Promise<LoadedAnchor | null> {
  if (entity_type === 'transaction') {
    const movement = await db.maybeOne(findMovement({ workspacePk, transactionId: entity_id }));
    return (
      movement && { kind: 'transaction', id: entity_id, day: movement.anchor_date, movement, payable: null }
    );
  }
  const payable = await db.maybeOne(findPayable({ workspacePk, invoiceId: entity_id }));
  return (
    payable && {
      kind: 'invoice',
      id: entity_id,
      day: payable.issue_date ?? payable.due_date,
      movement: null,
      payable,
    }
  );
}

/**
 * The records around an anchor: the other side's candidates, and the anchor's rivals for them. Without the rivals a
 * subscription of equal amounts would look like a sure match. Which records these are depends on no link, so the
 * workspace's lock on matching is taken after they were read: what is left of each is then read under it.
 */
export async function loadCandidates(db: Db, workspacePk: number, anchor: LoadedAnchor): Promise<Candidates> {
  const payables = new Map<string, PayableRow>();
  const movements = new Map<string, MovementRow>();
  const keepPayables = (rows: readonly PayableRow[]) => {
    for (const row of rows) payables.set(row.invoice_id, row);
  };
  const keepMovements = (rows: readonly MovementRow[]) => {
    for (const row of rows) movements.set(row.transaction_id, row);
  };

  if (anchor.payable) {
    keepPayables([anchor.payable]);
    keepMovements(await movementsFor(db, workspacePk, [anchor.payable]));
    keepPayables(await payablesFor(db, workspacePk, [...movements.values()], anchor.payable));
  } else if (anchor.movement) {
    keepMovements([anchor.movement]);
    keepPayables(await payablesFor(db, workspacePk, [anchor.movement], null));
    keepMovements(await movementsFor(db, workspacePk, rivalled([...payables.values()], anchor.movement)));
  }

  await db.query(lockMatching({ workspacePk }));
  const transactionPks = new Map([...movements.values()].map((row) => [row.transaction_id, row.pk]));
  const links = await db.any(
    listPaymentLinks({
      workspacePk,
      invoicePks: [...payables.values()].map((row) => row.pk),
      transactionPks: [...transactionPks.values()],
    }),
  );
  // What only waits for a person holds nothing: a surer explanation of the same payment must be free to come.
  const standing = links.filter((link) => !link.declined && link.edge_status === 'confirmed');
  const days = [...movements.values()].flatMap((row) => row.anchor_date ?? []).sort();
  return {
    records: {
      transactions: [...movements.values()].map(toTransaction),
      invoices: [...payables.values()].flatMap(toInvoice),
      rates: await ratesFor(db, [...movements.values()], [...payables.values()], days),
      existingLinks: standing.map(asExisting),
      rejectedPairs: links
        .filter((link) => link.declined)
        .map((link) => ({ ...link, strong_keys: strongKeysOf(link.reasoning) })),
    },
    transactionPks,
    invoices: payables,
    compared: anchor.kind === 'invoice' ? movements.size : payables.size,
    isCovered: isCovered(anchor, standing),
  };
}

async function movementsFor(db: Db, workspacePk: number, payables: readonly PayableRow[]) {
  const days = payables
    .flatMap((row) => [row.issue_date, row.due_date])
    .filter((day) => day !== null)
    .sort();
  const [first, last] = [days[0], days.at(-1)];
  const lastIssue = payables
    .flatMap((row) => row.issue_date ?? row.due_date ?? [])
    .sort()
    .at(-1);
  const [one] = payables;
  if (!one || !first || !last || !lastIssue) return [];
  const latest = addDays(lastIssue, DUE_AFTER_ISSUE_MAX_DAYS);
  const keys = await db.any(
    listMovementKeys({
      workspacePk,
      from: addDays(first, -DAYS_BEFORE_ISSUE),
      to: addDays(last < latest ? last : latest, DAYS_AFTER_DUE),
      amounts: distinct(payables.flatMap((row) => (row.total === null ? [] : [unsigned(row.total)]))),
      numbers: distinct(payables.flatMap((row) => numberForms(row.number).map(matchTerm))),
      words: distinct(payables.flatMap((row) => wordsOf(row.counterparty_name).map(matchTerm))),
      ibans: distinct(payables.flatMap((row) => row.counterparty_iban ?? [])),
      counterpartyIds: distinct(payables.flatMap((row) => row.counterparty_id ?? [])),
    }),
  );
  return db.any(listMovements({ workspacePk, pks: keys.map(({ pk }) => pk), incoming: isIncoming(one) }));
}

async function payablesFor(
  db: Db,
  workspacePk: number,
  movements: readonly MovementRow[],
  anchor: PayableRow | null,
) {
  const days = movements.flatMap((row) => row.anchor_date ?? []).sort();
  const [first, last] = [days[0], days.at(-1)];
  const amount = anchor?.total ?? movements[0]?.amount;
  if (!first || !last || !amount) return [];
  const numbers = [...new Set(movements.flatMap((row) => numbersIn(row.label)))].slice(0, LABEL_NUMBERS_MAX);
  const keys = await db.any(
    listPayableKeys({
      workspacePk,
      from: addDays(first, -DAYS_AFTER_DUE - TERMS_MAX_DAYS),
      to: addDays(last, DAYS_BEFORE_ISSUE),
      amounts: distinct([amount, anchor ? null : (movements[0]?.original_amount ?? null)]).map(unsigned),
      numbers,
      digits: numbers.flatMap((number) => (/^[0-9]+$/.test(number) ? digitsOf(number) : [])),
      // The party of an invoice is known; that of a payment is looked for in all that the bank says of it.
      ...(anchor
        ? { counterpartyIds: distinct([anchor.counterparty_id]), ibans: [], words: [] }
        : {
            counterpartyIds: distinct(movements.map((row) => row.counterparty_id)),
            ibans: distinct(movements.map((row) => row.counterparty_iban)),
            words: distinct(
              movements.flatMap((row) =>
                wordsOf(`${row.counterparty_name ?? ''} ${row.label ?? ''}`).map(matchTerm),
              ),
            ),
          }),
    }),
  );
  const incoming = anchor ? isIncoming(anchor) : !amount.startsWith('-');
  return db.any(listPayables({ workspacePk, pks: keys.map(({ pk }) => pk), incoming }));
}

/** Invoices that this payment could be meant for: their other payments are its rivals. */
function rivalled(payables: readonly PayableRow[], movement: MovementRow): PayableRow[] {
  const label = plain(movement.label);
  const text = foldText(`${movement.counterparty_name ?? ''} ${movement.label ?? ''}`);
  return payables.filter(
    (row) =>
      (row.total !== null &&
        movement.amount !== null &&
        compareAmounts(unsigned(row.total), unsigned(movement.amount)) === 0) ||
      numberForms(row.number).some((number) => label.includes(number)) ||
      (row.counterparty_iban !== null && row.counterparty_iban === movement.counterparty_iban) ||
      wordsOf(row.counterparty_name).some((word) => text.includes(word)),
  );
}

async function ratesFor(
  db: Db,
  movements: readonly MovementRow[],
  payables: readonly PayableRow[],
  days: readonly string[],
) {
  const currencies = [...new Set([...movements, ...payables].flatMap((row) => row.currency ?? []))];
  const [from, to] = [days[0], days.at(-1)];
  if (currencies.length < 2 || !from || !to) return [];
  return [...(await db.any(listExchangeRates({ currencies, from, to })))];
}

const isIncoming = ({ direction, kind }: PayableRow) => (direction === 'receivable') === (kind === 'invoice');

/** Shortest run of digits by which a number is known without its letters. */
const DIGITS_MIN = 5;

/** The digits of a number without leading noughts, where they are enough to know it by. */
function digitsOf(number: string): string[] {
  const digits = number.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length >= DIGITS_MIN ? [digits] : [];
}

function numberForms(number: string | null): string[] {
  const whole = plain(number);
  return [...new Set([...(whole.length >= WORD_MIN_LENGTH ? [whole] : []), ...digitsOf(whole)])];
}

/** Parts of a label that make up one number: `INV 2026 / 0041` is three. */
const NUMBER_PARTS_MAX = 4;

/** What a label may hold as a number: each run of its parts, which end where letters, digits or other signs begin. */
export function numbersIn(label: string | null): string[] {
  const parts = (label ?? '').toUpperCase().match(/[A-Z]+|[0-9]+/g) ?? [];
  return parts.flatMap((_, start) =>
    Array.from({ length: NUMBER_PARTS_MAX }, (_unused, more) =>
      parts.slice(start, start + more + 1).join(''),
    ).filter((run) => run.length >= WORD_MIN_LENGTH && /[0-9]/.test(run)),
  );
}

const wordsOf = (name: string | null): string[] =>
  name === null ? [] : nameWords(name).filter((word) => word.length >= WORD_MIN_LENGTH);

/**
 * What was paid too much when a link was made is free again afterwards: an invoice that came later may explain it.
 * Only within one run does an overpayment keep all of its payment.
 */
const asExisting = ({ allocation_type: type, ...link }: PaymentLinkRow): ExistingLink => ({
  ...link,
  allocation_type: type === 'overpayment' ? 'full' : type,
  settles: link.accounting_amount,
});

/** A movement as the matcher reads it. */
export const toTransaction = (row: MovementRow): PaymentTransaction => ({
  transaction_id: row.transaction_id,
  booking_date: row.anchor_date,
  value_date: null,
  amount: row.amount ?? '',
  currency: row.currency ?? '',
  label: row.label,
  counterparty_name: row.counterparty_name,
  counterparty_iban: row.counterparty_iban,
  original_amount: row.original_amount,
  original_currency: row.original_currency,
});

/** An invoice as the matcher reads it; nothing when it is nobody's to pay. */
export const toInvoice = (row: PayableRow): PaymentInvoice[] =>
  row.direction === null
    ? []
    : [
        {
          ...{ invoice_id: row.invoice_id, kind: row.kind, direction: row.direction, number: row.number },
          ...{ counterparty_id: row.counterparty_id, counterparty_name: row.counterparty_name },
          ...{ counterparty_iban: row.counterparty_iban, issue_date: row.issue_date, due_date: row.due_date },
          ...{ currency: row.currency ?? '', total: row.total === null ? '' : unsigned(row.total) },
        },
      ];

/** The keys a link was proposed on, which writeLinks puts at the end of its reasoning. */
const strongKeysOf = (reasoning: string | null) => /; keys ([0-9a-f]+)$/.exec(reasoning ?? '')?.[1] ?? null;

function isCovered(
  anchor: LoadedAnchor,
  standing: readonly { transaction_id: string; invoice_id: string; amount: string }[],
) {
  const own = standing.filter(
    (link) => link[anchor.kind === 'invoice' ? 'invoice_id' : 'transaction_id'] === anchor.id,
  );
  const whole = anchor.payable?.total ?? anchor.movement?.amount ?? null;
  if (whole === null || own.length === 0) return false;
  const rest = own.reduce((left, link) => subtractAmounts(left, link.amount), unsigned(whole));
  return compareAmounts(rest, '0.01') <= 0;
}
