import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Arranged, WorkerCase, World } from '../worker-case.ts';
import { providerScene } from './scene.ts';

const asked = (companyId: string, input: Record<string, unknown> = {}): Arranged['task'] => ({
  enrichment_type: 'provider_score',
  entity_type: 'company',
  entity_id: companyId,
  input: { company_id: companyId, as_of: '2026-04-11', ...input },
});
const sceneOf = ({ client, workspacePk }: World) => providerScene(client, workspacePk);

export const providerScoreCase: WorkerCase = {
  type: 'provider_score',

  success: async (world) => {
    const scene = sceneOf(world);
    const { provider_id } = await scene.provider();
    const { company_id, means } = await scene.company();
    for (const day of ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'])
      await scene.expense(means, { booking_date: day });
    return {
      task: asked(company_id),
      expected: {
        status: 'completed',
        output: {
          ...{ status: 'ok', provider_id, confidence: 1, mode: 'agent', created: true },
          task_id: expect.any(String),
          score: expect.any(Number),
          features: expect.objectContaining({
            match: 1,
            readiness: 1,
            transactions: 4,
            base_total: '2000.00',
          }),
        },
        followUps: [],
      },
    };
  },

  halts: {
    own_company: async ({ ownCompany }) => ({
      task: asked(ownCompany.company_id),
      expected: { status: 'completed', followUps: [] },
    }),
    bank_internal: async (world) => {
      const scene = sceneOf(world);
      const { company_id, means } = await scene.company();
      await scene.expense(means, { type: 'fee' });
      return { task: asked(company_id), expected: { status: 'completed', followUps: [] } };
    },
    no_provider_match: async (world) => {
      const scene = sceneOf(world);
      const { company_id, means } = await scene.company({
        name: `Q${randomUUID()}`,
        domain_normalized: null,
      });
      await scene.expense(means);
      return { task: asked(company_id), expected: { status: 'completed', followUps: [] } };
    },
  },

  failures: {
    'another company in the input': async (world) => ({
      task: asked((await sceneOf(world).company()).company_id, { company_id: randomUUID() }),
      expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
    }),
    'no days': async (world) => ({
      task: asked((await sceneOf(world).company()).company_id, { window_days: 0 }),
      expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
    }),
    'the company is deleted meanwhile': async (world) => {
      const { company_id, pk } = await sceneOf(world).company();
      return {
        task: asked(company_id),
        meanwhile: () => world.client.query('update companies set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
  },
};
