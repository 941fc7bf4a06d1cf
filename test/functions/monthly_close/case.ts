import { randomUUID } from 'node:crypto';
import { companyMonthId, monthId } from '../../../shared/domain/close-ids.ts';
import { openBank } from '../../support/closes.ts';
import { insertCompany } from '../../support/factories.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

const month = '2026-03';

const macro = ({ workspaceId }: World, parts: Partial<Arranged['task']> = {}): Arranged['task'] => ({
  enrichment_type: 'monthly_close',
  entity_type: 'month',
  entity_id: monthId(workspaceId, month),
  input: { record_id: month, workspace_id: workspaceId },
  ...parts,
});

const refused =
  (parts: Partial<Arranged['task']>): Scene =>
  async (world) => ({
    task: macro(world, parts),
    expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
  });

export const monthlyCloseCase: WorkerCase = {
  type: 'monthly_close',

  success: async (world) => {
    const bank = await openBank(world.client, world.workspacePk);
    await bank.expense(await bank.payee({ name: 'Brass & Sons' }));
    return {
      task: macro(world),
      expected: {
        status: 'awaiting_approval',
        output: {
          ...{ status: 'needs_approval', month, counterparties: 1, covered: 0, gap_total: '120.00' },
          gaps: { agent: 0, connect: 0, upload: 1 },
        },
        followUps: [],
      },
    };
  },

  halts: {},

  failures: {
    'a label that is no month': refused({ input: { record_id: '2026-3' } }),
    'the id of another month': refused({ input: { record_id: '2026-02' } }),
    'the workspace of somebody else': refused({ input: { record_id: month, workspace_id: randomUUID() } }),
    'a counterparty without its company': refused({ entity_type: 'company_month' }),
    'a counterparty that is gone': async (world) => {
      const { company_id, pk } = await insertCompany(world.client, world.workspacePk);
      return {
        task: macro(world, {
          entity_type: 'company_month',
          entity_id: companyMonthId(world.workspaceId, company_id, month),
          input: { record_id: month, company_id },
        }),
        meanwhile: () => world.client.query('update companies set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
  },
};
