import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import type { Db } from '../../shared/db/sql.ts';
import { awaitingApproval, completed, failed, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import { linksOfAnchor } from './links-of-anchor.ts';
import { loadAnchor, loadCandidates } from './load-candidates.ts';
import type { matchPayments } from './match-payments.ts';
import { writeLinks } from './write-links.ts';

/** Links a payment or an invoice to what it pays or is paid by; SQL only, all of it under one lock. */
export async function reconcilePayment(db: Db, task: TaskRow, match: typeof matchPayments): Promise<Outcome> {
  const { workspace_pk: workspacePk } = task;
  const anchor = await loadAnchor(db, workspacePk, task);
  if (anchor === null) return failed('NOT_FOUND', `there is no ${task.entity_type} ${task.entity_id}`);
  const nothing = { mode: 'payment', links: [] };
  if (anchor.day === null) return halted('missing_anchor', `the ${task.entity_type} has no date`, nothing);

  const candidates = await loadCandidates(db, workspacePk, anchor);
  const matched = match(candidates.records);
  const bad = matched.left_out.find(({ id }) => id === anchor.id);
  if (bad) return halted('record_unusable', bad.reason, nothing);
  const found = linksOfAnchor(matched.links, anchor);
  if (found.length === 0)
    return candidates.isCovered
      ? halted('already_covered', 'the links that stand leave nothing open', nothing)
      : halted('no_match', `none of ${candidates.compared} candidates fits`, nothing);

  const links = await writeLinks(db, workspacePk, found, candidates);
  if (links.length === 0) return halted('already_proposed', 'what fits waits for approval already', nothing);
  const output = { mode: 'payment', links: links.map((link) => link.shown(anchor)) };
  return links.some(({ edge_status }) => edge_status === 'provisional')
    ? awaitingApproval(output)
    : completed(output);
}
