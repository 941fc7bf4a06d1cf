import { findAccountByIban, insertAccount, listCompanyIbans } from '../../shared/db/accounts.ts';
import { findPaymentMeans, insertPaymentMeans, linkPaymentMeans } from '../../shared/db/payment-means.ts';
import type { Db } from '../../shared/db/sql.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import type { Provenance } from '../../shared/domain/outcomes.ts';
import type { MappedInvoice } from './map-invoice.ts';

/** Accounts of one invoice that are kept; a file that states more of them means harm. */
const ACCOUNTS_MAX = 10;

export interface RecordedPayment {
  provenance: Provenance[];
  /** The issuer is known to be paid on other accounts than all of these: the mark of a forged invoice. */
  unknownAccount: { current: string; proposed: string } | null;
}

/**
 * Writes how the invoice wants to be paid. An account that contradicts all we know of the issuer is kept beside the
 * invoice, and does not become the issuer's until a person says so.
 */
export async function recordPaymentMeans(
  db: Db,
  {
    workspacePk,
    invoicePk,
    issuerPk,
    ownIssuer,
    payment,
  }: {
    workspacePk: number;
    invoicePk: number;
    issuerPk: number | null;
    ownIssuer: boolean;
    payment: MappedInvoice['payment'];
  },
): Promise<RecordedPayment> {
  const [first] = payment.ibans;
  if (first === undefined || payment.confidence < CONFIDENCE_FILL)
    return { provenance: [], unknownAccount: null };

  const known =
    issuerPk === null
      ? []
      : (await db.any(listCompanyIbans({ workspacePk, companyPk: issuerPk }))).map(({ iban }) => iban);
  const foreign = known.length > 0 && !payment.ibans.some((iban) => known.includes(iban));
  const provenance: Provenance[] = [];
  for (const iban of payment.ibans.slice(0, ACCOUNTS_MAX)) {
    const found = await db.maybeOne(findAccountByIban({ workspacePk, iban }));
    const account =
      found ??
      (await db.one(
        insertAccount({
          workspacePk,
          iban,
          bic: iban === first ? payment.bic : null,
          accountName: payment.payee,
          ownership: ownIssuer ? 'workspace' : 'counterparty',
        }),
      ));
    if (!found) {
      const { confidence, source } = payment;
      provenance.push({
        entity_type: 'account',
        entity_id: account.account_id,
        field: 'iban',
        source,
        confidence,
      });
    }
    const owner = { workspacePk, accountPk: account.pk, companyPk: foreign ? null : issuerPk };
    const means = (await db.maybeOne(findPaymentMeans(owner))) ?? (await db.one(insertPaymentMeans(owner)));
    await db.query(linkPaymentMeans({ workspacePk, invoicePk, paymentMeansPk: means.pk }));
  }
  return {
    provenance,
    unknownAccount: foreign ? { current: known.join(', '), proposed: first } : null,
  };
}
