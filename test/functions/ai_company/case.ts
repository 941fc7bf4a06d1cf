import { insertCompany } from '../../support/factories.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';
import { edges, MARLOW } from './sites.ts';

const companyOf = ({ client, workspacePk }: World, columns: Record<string, string>) =>
  insertCompany(client, workspacePk, columns);
const task = (companyId: string, parts: object = {}): Arranged['task'] => ({
  ...{ enrichment_type: 'ai_company', entity_type: 'company', entity_id: companyId },
  input: { company_id: companyId },
  ...parts,
});

const halting =
  (columns: Record<string, string>, web: Parameters<typeof edges>[0] = {}, parts: object = {}): Scene =>
  async (world) => {
    const { company_id } = await companyOf(world, columns);
    return {
      task: task(company_id, parts),
      extra: edges(web),
      expected: { status: 'completed', followUps: [] },
    };
  };

/** A company and its own site. */
export const aiCompanyCase: WorkerCase = {
  type: 'ai_company',

  async success(world) {
    const { company_id } = await companyOf(world, {
      ...{ name: 'Marlow Studio', domain: 'marlow-studio.example' },
    });
    return {
      task: task(company_id, { target_fields: ['domain', 'registered_name'] }),
      extra: edges(MARLOW),
      expected: {
        status: 'completed',
        output: {
          domain: 'marlow-studio.example',
          registered_name: 'Marlow Studio SAS',
          applied: ['registered_name'],
        },
        followUps: [
          { enrichment_type: 'logo', entity_type: 'company', entity_id: company_id },
          { enrichment_type: 'reconcile', entity_type: 'company', entity_id: company_id },
        ],
      },
    };
  },

  halts: {
    insufficient_features: halting({ name: '—' }),
    no_match: halting(
      { name: 'Marlow Studio', domain: 'marlow-studio.example' },
      { 'https://marlow-studio.example/': '<h1>This domain is for sale</h1>' },
    ),
    nothing_to_fill: halting(
      {
        ...{ name: 'Marlow Studio', domain: 'marlow-studio.example', trade_name: 'Marlow Studio' },
        domain_normalized: 'marlow-studio.example',
      },
      MARLOW,
      { target_fields: ['trade_name'] },
    ),
  },

  failures: {
    'another company is named in the input': async (world) => {
      const company = await companyOf(world, { name: 'Marlow Studio' });
      const other = await companyOf(world, { name: 'Ondine Prints' });
      return {
        task: { ...task(company.company_id), input: { company_id: other.company_id } },
        expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
      };
    },
    'a hint is no text': async (world) => {
      const { company_id } = await companyOf(world, { name: 'Marlow Studio' });
      return {
        task: task(company_id, { input: { hints: { name: 7 } } }),
        expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
      };
    },
    'the company is deleted before the run': async (world) => {
      const { company_id } = await companyOf(world, { name: 'Marlow Studio' });
      return {
        task: task(company_id),
        meanwhile: () =>
          world.client.query('update companies set deleted_at = now() where company_id = $1', [company_id]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
  },
};
