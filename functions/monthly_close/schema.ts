import { z } from 'zod';
import { taskStatuses } from '../../shared/domain/enrichment-types.ts';
import { retrievalModes } from '../../shared/domain/match-provider.ts';
import { MONTH_PATTERN } from '../../shared/domain/months.ts';

/** Of the close of a month, or with `company_id` of one counterparty in it. */
export const MonthlyCloseInput = z.strictObject({
  record_id: z.string().regex(MONTH_PATTERN, 'is no month such as 2026-03'),
  company_id: z.uuid().optional(),
  workspace_id: z.uuid().optional(),
  requested_by: z.string().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  force: z.boolean().optional(),
});
export type MonthlyCloseInput = z.output<typeof MonthlyCloseInput>;

const count = z.int().min(0);
const mode = z.enum(retrievalModes);
const gaps = z.strictObject({ agent: count, connect: count, upload: count });
const amounts = z.array(
  z.strictObject({ currency: z.string().nullable(), transactions: count, amount: z.string() }),
);

/** While the subtasks work. */
const Waiting = z.looseObject({
  month: z.string(),
  phase: z.enum(['counterparties', 'matching']),
  waiting_for: count,
});

/** Of one counterparty; `mode` is the way to what is missing, null when nothing is. */
export const CounterpartyReport = z.looseObject({
  month: z.string(),
  company_id: z.uuid(),
  transactions: count,
  covered: count,
  in_flight: count,
  mode: mode.nullable(),
  provider_id: z.uuid().nullable(),
  gaps,
  amounts,
});

/** Of the whole month. */
export const CloseReport = z.looseObject({
  month: z.string(),
  counterparties: count,
  covered: count,
  transactions: z.strictObject({ total: count, covered: count, in_flight: count, gaps: count }),
  gaps,
  unrouted: count,
  gap_list: z.array(
    z.strictObject({
      transaction_id: z.uuid(),
      company_id: z.uuid(),
      date: z.string(),
      amount: z.string().nullable(),
      currency: z.string().nullable(),
      mode: mode.nullable(),
    }),
  ),
  totals: amounts,
  base_currency: z.string(),
  gap_total: z.string().nullable(),
  gap_total_reason: z.string().optional(),
  coverage: z.strictObject({ categorized: count, total: count }),
  dropped: z.strictObject({ bank_internal: count, unknown: count, unnamed_company: count }),
  not_covered: z.strictObject({
    failed: count,
    rejected: count,
    companies: z.array(z.strictObject({ company_id: z.string().nullable(), status: z.enum(taskStatuses) })),
  }),
  blockers: z.strictObject({
    missing_supplier_invoices: count,
    unmatched_invoices: count,
    uncategorised_transactions: count,
    unsynced_connectors: count,
  }),
});
export type CloseReport = z.output<typeof CloseReport>;

export const MonthlyCloseOutput = z.union([CloseReport, CounterpartyReport, Waiting]);
