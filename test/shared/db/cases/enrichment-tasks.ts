import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { findTaskView } from '../../../../shared/db/enrichment-task-views.ts';
import { findLiveTasks, findTask, lockClaim } from '../../../../shared/db/enrichment-tasks.ts';
import { insertTask, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const DELETED = { deleted_at: '2026-01-01T00:00:00Z' };

const find = (tier: Tier, workspacePk: number, taskId: string) =>
  tier.inWorkspace(workspacePk, (db) => db.maybeOne(findTask({ workspacePk, taskId })));
const view = (tier: Tier, workspacePk: number, taskId: string) =>
  tier.inWorkspace(workspacePk, (db) => db.maybeOne(findTaskView({ workspacePk, taskId })));

export const enrichmentTaskCases: Cases = {
  'a task is found with its documented defaults': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk, enrichment_task_id } = await insertTask(tier.client, workspacePk, {
      input: JSON.stringify({ name: 'x', list: [1] }),
      target_fields: JSON.stringify(['name']),
    });

    expect(await find(tier, workspacePk, enrichment_task_id)).toMatchObject({
      ...{ pk, workspace_pk: workspacePk, status: 'pending', attempt: 0, dispatch_generation: 0 },
      ...{ input: { name: 'x', list: [1] }, target_fields: ['name'], output: null, completed_at: null },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  },
  'a deleted task and one of another workspace are not found': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const deleted = await insertTask(tier.client, workspacePk, DELETED);
    const other = await insertTask(tier.client, otherPk);

    for (const { enrichment_task_id } of [deleted, other])
      expect(await find(tier, workspacePk, enrichment_task_id)).toBeNull();
  },
  'a claim is held by its token and while it is processed': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const token = randomUUID();
    const held = await insertTask(tier.client, workspacePk, { status: 'processing', lease_token: token });
    const waiting = await insertTask(tier.client, workspacePk, { status: 'pending', lease_token: token });
    const hold = (pk: number, lease: string) =>
      tier.inWorkspace(workspacePk, (db) => db.maybeOne(lockClaim({ pk, token: lease })));

    expect(await hold(held.pk, token)).toEqual({ pk: held.pk });
    expect(await hold(held.pk, randomUUID())).toBeNull();
    expect(await hold(waiting.pk, token)).toBeNull();
  },
};

/** Left to the server, see tier.ts. */
export const enrichmentTaskServerCases: Cases = {
  'a deleted task and one of another workspace are not shown': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const deleted = await insertTask(tier.client, workspacePk, DELETED);
    const other = await insertTask(tier.client, otherPk);

    for (const { enrichment_task_id } of [deleted, other]) {
      expect(await view(tier, workspacePk, enrichment_task_id)).toBeNull();
    }
  },
  'a view has public ids, and a parent only while that is live': async (tier) => {
    const { pk: workspacePk, workspace_id } = await insertWorkspace(tier.client);
    const parent = await insertTask(tier.client, workspacePk);
    const child = await insertTask(tier.client, workspacePk, { parent_task_pk: parent.pk });

    expect(await view(tier, workspacePk, child.enrichment_task_id)).toMatchObject({
      ...{ workspace_id, parent_task_id: parent.enrichment_task_id, status: 'pending' },
    });
    expect(await view(tier, workspacePk, parent.enrichment_task_id)).toMatchObject({ parent_task_id: null });

    await tier.client.query('update enrichment_tasks set deleted_at = now() where pk = $1', [parent.pk]);
    expect(await view(tier, workspacePk, child.enrichment_task_id)).toMatchObject({ parent_task_id: null });
  },
  'live tasks are found by hash, ended and deleted ones are not': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const hashes = Array.from({ length: 5 }, () => `sha256:${randomUUID()}`);
    const add = (columns: object) => insertTask(tier.client, workspacePk, { ...columns });
    const pending = await add({ input_hash: hashes[0] });
    const processing = await add({ input_hash: hashes[1], status: 'processing' });
    await add({ input_hash: hashes[2], status: 'completed', completed_at: '2026-01-01T00:00:00Z' });
    await add({ input_hash: hashes[3], ...DELETED });
    await add({ input_hash: 'sha256:not asked for' });

    const found = await tier.inWorkspace(workspacePk, (db) => db.any(findLiveTasks({ workspacePk, hashes })));

    expect(found.map((task) => task.pk).sort((a, b) => a - b)).toEqual([pending.pk, processing.pk]);
  },
};
