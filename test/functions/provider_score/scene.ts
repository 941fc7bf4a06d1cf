import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { insertCompany, insertTransaction } from '../../support/factories.ts';

/** A provider, a company that is its customer's supplier, and expenses between them. */
export const providerScene = (client: pg.Client, workspacePk: number) => {
  const name = `Volt ${randomUUID().slice(0, 8)}`;
  const domain = `${name.replace(' ', '-').toLowerCase()}.example`;
  return {
    provider: async (parts: { blueprint?: boolean; status?: string; url?: string | null } = {}) => {
      const { rows } = await client.query<{ pk: number; provider_id: string }>(
        `insert into providers (name, slug, url, blueprint_json, skill_status, skill_metadata)
         values ($1, $2, $3, $4, $5, '{"confidence_score": 0.9}') returning pk, provider_id`,
        [
          ...[
            name,
            `slug-${randomUUID()}`,
            parts.url === undefined ? `https://app.${domain}/login` : parts.url,
          ],
          ...[parts.blueprint === false ? null : '{}', parts.status ?? 'green'],
        ],
      );
      return rows[0] ?? { pk: 0, provider_id: '' };
    },
    company: async (columns: Record<string, string | null> = {}) => {
      const company = await insertCompany(client, workspacePk, {
        name: `${name} Ltd`,
        domain_normalized: domain,
        ...columns,
      });
      const { rows } = await client.query<{ pk: number }>(
        'insert into payment_means (workspace_pk, company_pk) values ($1, $2) returning pk',
        [workspacePk, company.pk],
      );
      return { ...company, means: rows[0]?.pk ?? 0 };
    },
    expense: (means: number, columns: Record<string, string | number> = {}) =>
      insertTransaction(client, workspacePk, {
        creditor_payment_means_pk: means,
        type: 'debit',
        status: 'booked',
        instructed_amount: '-500.00',
        ...columns,
      }),
    tasksOf: async (companyId: string) =>
      (
        await client.query(
          `select task_id, title, status::text, executor_type::text as executor_type, source::text as source,
             priority::text as priority, score, confidence_score, provider_ref_id, company_ref_id, "references", metadata,
             done_at, updated_at
           from tasks where company_ref_id = $1 and deleted_at is null order by pk`,
          [companyId],
        )
      ).rows,
  };
};
