import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { identityKindOf } from './identity/identity-kinds.ts';
import { reconcileIdentity } from './identity/reconcile-identity.ts';
import { approveMerge, declineMerge } from './identity/resolve-merge.ts';
import { reconcilePayment } from './reconcile-payment.ts';
import { approveLinks, declineLinks } from './resolve-links.ts';
import { ReconcileInput, ReconcileOutput } from './schema.ts';

/**
 * Two modes, chosen by what the task is about: companies, people and accounts are looked for twice, transactions and
 * invoices are matched. All of it happens in the closing transaction: candidates are read, weighed and written under
 * one lock.
 */
export const reconcile = defineEnrichment({
  type: 'reconcile',
  input: ReconcileInput,
  output: ReconcileOutput,

  async run({ task }) {
    const identity = identityKindOf(task.entity_type);
    if (identity) return (db) => reconcileIdentity(db, identity, task);
    // Its solver brings hundreds of modules, which a cold start need not wait for.
    const { matchPayments } = await import('./match-payments.ts');
    return (db) => reconcilePayment(db, task, matchPayments);
  },

  resolve: {
    approve: (db, task) => (identityKindOf(task.entity_type) ? approveMerge : approveLinks)(db, task),
    reject: (db, task) => (identityKindOf(task.entity_type) ? declineMerge : declineLinks)(db, task),
  },
});
