import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

const TransactionPk = z.strictObject({ pk: z.number() });

/** Which of these movements have a document already, or a confirmed invoice, which brings its own. */
export const listCoveredTransactions = ({
  workspacePk,
  transactionPks,
}: {
  workspacePk: number;
  transactionPks: readonly number[];
}) =>
  sql.type(TransactionPk)`
    select t.pk
    from transactions t
    where t.workspace_pk = ${workspacePk}
      and t.pk = any(${sql.array(transactionPks, 'int4')})
      and (
        exists (
          select 1
          from transaction_documents td
          where td.transaction_pk = t.pk
            and td.deleted_at is null
        )
        or exists (
          select 1
          from invoice_transactions l
          where l.transaction_pk = t.pk
            and l.workspace_pk = t.workspace_pk
            and l.edge_status = 'confirmed'
            and l.deleted_at is null
        )
      )`;

const AttachedDocument = z.strictObject({ document_pk: z.number(), transaction_pk: z.number() });

/**
 * Attaches a document to a movement of the same workspace. No row where the movement has one already, or the document
 * hangs on another: the first stays.
 */
export const attachTransactionDocument = ({
  workspacePk,
  documentPk,
  transactionPk,
}: {
  workspacePk: number;
  documentPk: number;
  transactionPk: number;
}) =>
  sql.type(AttachedDocument)`
    insert into transaction_documents (document_pk, transaction_pk)
    select d.pk, t.pk
    from documents d
    join transactions t on t.workspace_pk = d.workspace_pk
    where d.pk = ${documentPk}
      and t.pk = ${transactionPk}
      and d.workspace_pk = ${workspacePk}
      and d.deleted_at is null
      and t.deleted_at is null
      and not exists (
        select 1
        from transaction_documents td
        where td.document_pk = d.pk
          and td.deleted_at is null
      )
    on conflict (transaction_pk) where deleted_at is null do nothing
    returning document_pk, transaction_pk`;

const NewestTransaction = z.strictObject({ created_at: Timestamp.nullable() });

/** When the newest movement of the workspace came in; null while there is none. */
export const newestTransaction = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NewestTransaction)`
    select max(created_at) as created_at
    from transactions
    where workspace_pk = ${workspacePk}
      and deleted_at is null`;
