import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

const AttachedDocument = z.strictObject({ document_pk: z.number(), transaction_pk: z.number() });

/**
 * Attaches documents to movements of the same workspace. No row where a movement has one already, or a document hangs
 * on another: the first stays.
 */
export const attachTransactionDocuments = ({
  workspacePk,
  links,
}: {
  workspacePk: number;
  links: readonly { documentPk: number; transactionPk: number }[];
}) =>
  sql.type(AttachedDocument)`
    insert into transaction_documents (document_pk, transaction_pk)
    select d.pk, t.pk
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as l ("documentPk" int, "transactionPk" int)
    join documents d on d.pk = l."documentPk"
    join transactions t on t.pk = l."transactionPk"
    where d.workspace_pk = ${workspacePk}
      and t.workspace_pk = ${workspacePk}
      and d.deleted_at is null
      and t.deleted_at is null
      and not exists (
        select 1
        from transaction_documents td
        where td.document_pk = d.pk
          and td.deleted_at is null
      )
    order by d.pk
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
