import type { Scene, WorkerCase, World } from '../worker-case.ts';

const asked = ({ workspaceId }: World, input: Record<string, unknown>) => ({
  enrichment_type: 'monthly_close_backfill' as const,
  entity_type: 'workspace' as const,
  entity_id: workspaceId,
  input,
});

const refused =
  (input: Record<string, unknown>): Scene =>
  async (world) => ({
    task: asked(world, input),
    expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
  });

export const monthlyCloseBackfillCase: WorkerCase = {
  type: 'monthly_close_backfill',

  success: async (world) => ({
    task: asked(world, { from: '2025-12', to: '2026-02' }),
    expected: {
      status: 'completed',
      output: {
        status: 'ok',
        params: { from: '2025-12', to: '2026-02', dry_run: false, limit: 24 },
        counts: { months: 3, enqueued: 3, skipped_live: 0, skipped_done: 0, refused: 0, failed: 0 },
        next_from: null,
      },
      // The closes are children, which it does not wait for.
      followUps: [],
    },
  }),

  halts: {},

  failures: {
    'from after to': refused({ from: '2026-03', to: '2026-02' }),
    'a label that is no month': refused({ from: '2026-00', to: '2026-02' }),
    'more than two years': refused({ from: '2020-01', to: '2026-02', limit: 25 }),
  },
};
