import { awaitingApproval, completed, failed, halted } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { linksOfAnchor } from './links-of-anchor.ts';
import { loadAnchor, loadCandidates } from './load-candidates.ts';
import { approveLinks, declineLinks } from './resolve-links.ts';
import { ReconcileInput, ReconcileOutput } from './schema.ts';
import { writeLinks } from './write-links.ts';

export const reconcile = defineEnrichment({
  type: 'reconcile',
  input: ReconcileInput,
  output: ReconcileOutput,

  // All of it happens in the closing transaction: the candidates are read, weighed and linked under one lock.
  async run({ task, workspacePk }) {
    // Its solver brings hundreds of modules, which a cold start need not wait for.
    const { matchPayments } = await import('./match-payments.ts');
    return async (db) => {
      const anchor = await loadAnchor(db, workspacePk, task);
      if (anchor === null) return failed('NOT_FOUND', `there is no ${task.entity_type} ${task.entity_id}`);
      const nothing = { mode: 'payment', links: [] };
      if (anchor.day === null)
        return halted('missing_anchor', `the ${task.entity_type} has no date`, nothing);

      const candidates = await loadCandidates(db, workspacePk, anchor);
      const matched = matchPayments(candidates.records);
      const bad = matched.left_out.find(({ id }) => id === anchor.id);
      if (bad) return halted('record_unusable', bad.reason, nothing);
      const found = linksOfAnchor(matched.links, anchor);
      if (found.length === 0)
        return candidates.isCovered
          ? halted('already_covered', 'the links that stand leave nothing open', nothing)
          : halted('no_match', `none of ${candidates.compared} candidates fits`, nothing);

      const links = await writeLinks(db, workspacePk, found, candidates);
      if (links.length === 0)
        return halted('already_proposed', 'what fits waits for approval already', nothing);
      const output = { mode: 'payment', links: links.map((link) => link.shown(anchor)) };
      return links.some(({ edge_status }) => edge_status === 'provisional')
        ? awaitingApproval(output)
        : completed(output);
    };
  },

  resolve: { approve: approveLinks, reject: declineLinks },
});
