import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

const PaymentMeansRow = z.strictObject({ pk: z.number(), payment_means_id: z.uuid() });
export type PaymentMeansRow = z.output<typeof PaymentMeansRow>;

interface AccountOfCompany {
  workspacePk: number;
  accountPk: number;
  /** Null for an account whose owner nobody vouches for yet. */
  companyPk: number | null;
}

/** How this company is paid on this account; null when nobody said so. */
export const findPaymentMeans = ({ workspacePk, accountPk, companyPk }: AccountOfCompany) =>
  sql.type(PaymentMeansRow)`
    select pk, payment_means_id
    from payment_means
    where workspace_pk = ${workspacePk}
      and account_pk = ${accountPk}
      and company_pk is not distinct from ${companyPk}
      and person_pk is null
      and deleted_at is null
    order by pk
    limit 1`;

/** Says that this company is paid on this account. */
export const insertPaymentMeans = ({ workspacePk, accountPk, companyPk }: AccountOfCompany) =>
  sql.type(PaymentMeansRow)`
    insert into payment_means (workspace_pk, account_pk, company_pk)
    values (${workspacePk}, ${accountPk}, ${companyPk})
    returning pk, payment_means_id`;

/** Says how an invoice wants to be paid; the same twice is said once. */
export const linkPaymentMeans = ({
  workspacePk,
  invoicePk,
  paymentMeansPk,
}: {
  workspacePk: number;
  invoicePk: number;
  paymentMeansPk: number;
}) =>
  sql.type(NoRow)`
    insert into invoice_payment_means (workspace_pk, invoice_pk, payment_means_pk)
    values (${workspacePk}, ${invoicePk}, ${paymentMeansPk})
    on conflict (invoice_pk, payment_means_pk) where deleted_at is null do nothing`;
