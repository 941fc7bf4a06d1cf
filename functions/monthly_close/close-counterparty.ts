import {
  type ExpenseRow,
  listCompanyExpenses,
  listCompanyMeans,
  listOpenInvoices,
} from '../../shared/db/close-expenses.ts';
import { type CompanyIdentity, findCompany } from '../../shared/db/companies.ts';
import { findProviderOf } from '../../shared/db/providers.ts';
import type { Db } from '../../shared/db/sql.ts';
import { afterCandidatesFound, afterGapsFound } from '../../shared/domain/follow-up-map.ts';
import { retrievalMode } from '../../shared/domain/match-provider.ts';
import { completed, failed, type Outcome, waitingForSubtasks } from '../../shared/domain/outcomes.ts';
import { countGaps, sumByCurrency } from './count-gaps.ts';
import type { Scope } from './load-scope.ts';

/** Has what nothing covers matched with the open invoices of the counterparty, if there are both. */
export async function startCounterparty(db: Db, scope: Scope, companyId: string): Promise<Outcome> {
  const loaded = await load(db, scope, companyId);
  if (loaded === null) return gone(companyId);
  const open = loaded.expenses.filter((expense) => expense.state !== 'covered');
  if (open.length === 0) return report(db, scope, loaded);
  const invoices = await db.any(listOpenInvoices({ ...scope.span, companyPk: loaded.company.pk }));
  const tasks = afterCandidatesFound({
    transactionIds: open.map((expense) => expense.transaction_id),
    invoiceIds: invoices.map((invoice) => invoice.invoice_id),
  });
  if (tasks.length === 0) return report(db, scope, loaded);
  return waitingForSubtasks({ month: scope.month, phase: 'matching', waiting_for: tasks.length }, tasks);
}

/** Records for what is still missing how it can be had. */
export async function finishCounterparty(db: Db, scope: Scope, companyId: string): Promise<Outcome> {
  const loaded = await load(db, scope, companyId);
  return loaded === null ? gone(companyId) : report(db, scope, loaded);
}

interface Loaded {
  company: CompanyIdentity;
  expenses: readonly ExpenseRow[];
}

const gone = (companyId: string) => failed('NOT_FOUND', `there is no company ${companyId}`);

async function load(db: Db, { workspacePk, span }: Scope, companyId: string): Promise<Loaded | null> {
  const company = await db.maybeOne(findCompany({ workspacePk, companyId }));
  if (company === null) return null;
  const { pk: companyPk } = company;
  const meansPks = (await db.any(listCompanyMeans({ workspacePk, companyPk }))).map((row) => row.pk);
  return { company, expenses: await db.any(listCompanyExpenses({ ...span, companyPk, meansPks })) };
}

async function report(db: Db, scope: Scope, { company, expenses }: Loaded): Promise<Outcome> {
  const missing = expenses.filter((expense) => expense.state === 'gap');
  const found =
    missing.length === 0 ? null : await findProviderOf(db, { workspacePk: scope.workspacePk, company });
  const provider = found?.provider ?? null;
  const mode = missing.length === 0 ? null : retrievalMode(provider);
  const count = (state: ExpenseRow['state']) => expenses.filter((expense) => expense.state === state).length;
  return completed(
    {
      month: scope.month,
      company_id: company.company_id,
      transactions: expenses.length,
      covered: count('covered'),
      in_flight: count('in_flight'),
      mode,
      provider_id: provider?.provider_id ?? null,
      gaps: countGaps(mode === null ? [] : [{ mode, transactions: missing.length }]),
      amounts: sumByCurrency(missing.map(({ currency, amount }) => ({ currency, amount, transactions: 1 }))),
    },
    { followUps: missing.length === 0 ? [] : afterGapsFound(company.company_id) },
  );
}
