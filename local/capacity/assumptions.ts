/**
 * What one workspace does in a month and how long it takes. Assumptions, each with its reason: change what you know
 * better, and run `npx vitest run test/docs/capacity.test.ts -u` for the page.
 */

/** Documents collected or uploaded: a small firm with some eighty suppliers' invoices and forty receipts. */
export const DOCUMENTS = 120;
/** Bank movements: about two for each document, because fees, salaries and transfers have none. */
export const TRANSACTIONS = 250;
/** Runs of the extension: each working day one, and some more at the end of the month. */
export const COLLECTS = 30;
/** Counterparties that move money in a month; a close has a subtask for each. */
export const COUNTERPARTIES = 60;
/** Of these, companies and people not seen before: most suppliers come again. */
export const NEW_COMPANIES = 8;
export const NEW_PEOPLE = 8;
/** Cells of columns and rules that are computed: two columns over the month's movements. */
export const CELLS = 500;
/** Pages of a document, and the share of them that are pictures: most invoices arrive as text. */
export const PAGES_PER_DOCUMENT = 1.5;
export const SCANNED_SHARE = 0.25;

/** Seconds of a core for a page with text, and for a picture: measured on two cores, see the README. */
export const TEXT_PAGE_SECONDS = 0.03;
export const SCANNED_PAGE_SECONDS = 2.9;

/**
 * Share of a month's work in its busiest hour. Spread over 170 working hours it were 0.6 %; people work towards the end
 * of the month and in the morning, so more than three times as much.
 */
export const BUSIEST_HOUR_SHARE = 0.02;
/** Room on top of what the busiest hour needs, because work comes in bursts. */
export const HEADROOM = 1.5;
/** Cores of an instance; recognition uses one, everything else less. */
export const CORES_PER_INSTANCE = 1;

/** Bytes of a document as it is stored, and months that have gathered: each further year adds as much again. */
export const DOCUMENT_BYTES = 250_000;
export const KEPT_MONTHS = 12;
/** Bytes of rows and indexes: of a document with its pages and invoice, of a movement, of a task with its events. */
export const DOCUMENT_ROW_BYTES = 20_000;
export const TRANSACTION_ROW_BYTES = 3_000;
export const TASK_ROW_BYTES = 4_000;
/** Statements of a delivery with its heartbeats, follow-ups and events, and of a call at a door. */
export const STATEMENTS_PER_TASK = 15;
export const STATEMENTS_PER_CALL = 3;
/** Statements in a second that one core of the database serves: an index and a commit each, with room for lists. */
export const STATEMENTS_PER_CORE = 1_000;
/** Connections that nobody of ours may use: migrations, people on call, the provider itself. */
export const RESERVED_CONNECTIONS = 20;
/** Bytes of log lines per request, and per task on top. */
export const LOG_BYTES = 600;
/** Queue operations per task: it is created and delivered, sometimes again. */
export const OPERATIONS_PER_TASK = 2.2;

export interface Work {
  /** How often in a month per workspace. */
  perMonth: number;
  /** How long one takes, in seconds. */
  seconds: number;
}

const readSeconds =
  0.5 + PAGES_PER_DOCUMENT * ((1 - SCANNED_SHARE) * TEXT_PAGE_SECONDS + SCANNED_SHARE * SCANNED_PAGE_SECONDS);

/** By `enrichment_type`. Sites and registers are waited for, so what asks them takes seconds and hardly a core. */
const workerWork: Partial<Record<string, Work>> = {
  ocr_extract: { perMonth: DOCUMENTS, seconds: readSeconds },
  ai_invoice: { perMonth: DOCUMENTS, seconds: 1 },
  ai_company: { perMonth: NEW_COMPANIES, seconds: 6 },
  logo: { perMonth: NEW_COMPANIES, seconds: 3 },
  ai_people: { perMonth: NEW_PEOPLE, seconds: 0.5 },
  // One per invoice, and one per movement when it arrives.
  reconcile: { perMonth: DOCUMENTS + TRANSACTIONS, seconds: 0.2 },
  provider_score: { perMonth: COUNTERPARTIES / 3, seconds: 0.1 },
  document_reconciliation_backfill: { perMonth: 4, seconds: 5 },
  // The month itself runs twice: to make its subtasks, and when they have ended.
  monthly_close: { perMonth: COUNTERPARTIES + 2, seconds: 0.3 },
  monthly_close_backfill: { perMonth: 0.1, seconds: 1 },
  custom_column: { perMonth: CELLS, seconds: 0.05 },
  field_rule: { perMonth: CELLS / 2, seconds: 0.05 },
};

const doorWork: Partial<Record<string, Work>> = {
  collect_create: { perMonth: COLLECTS, seconds: 0.05 },
  collect_update: { perMonth: COLLECTS * 2, seconds: 0.05 },
  collect_list: { perMonth: COLLECTS * 4, seconds: 0.05 },
  collect_retrieve: { perMonth: COLLECTS * 4, seconds: 0.05 },
  document_create: { perMonth: DOCUMENTS, seconds: 1 },
  enrichment_task_list: { perMonth: 300, seconds: 0.1 },
  // Most of them wait for the task to come to rest.
  enrichment_task_retrieve: { perMonth: DOCUMENTS * 2, seconds: 3 },
  reconciliation_resolve: { perMonth: 40, seconds: 0.3 },
};

/** What nobody has thought about yet, and what is called now and then. */
const OTHER: Work = { perMonth: 10, seconds: 0.5 };
/** A sweep each minute, whatever the number of workspaces. */
export const SWEEP: Work = { perMonth: 60 * 24 * 30, seconds: 1 };

/** The assumed work of a function for one workspace. */
export const workOf = (name: string): Work => workerWork[name] ?? doorWork[name] ?? OTHER;
