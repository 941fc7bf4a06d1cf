import type { EnrichmentTask } from './api.ts';
import { Wellspring } from './client.ts';

/**
 * A collect from its start to its end, and a task of the pipeline until it is at rest. `pause` is what happens between
 * two looks at the task.
 */
export async function tour(
  api: Wellspring,
  say: (line: string) => void,
  pause: () => Promise<unknown>,
): Promise<void> {
  const started = await api.collects.collectCreate({
    data: { type: 'collect', attributes: { provider: 'popup', status: 'in_progress' } },
  });
  const { id } = started.data.data;
  say(`collect ${id} is ${started.data.data.attributes.status}, at ${started.headers.get('location')}`);

  const running = await api.collects.collectList({ 'filter[status]': ['todo', 'in_progress'], limit: 5 });
  say(`${running.data.meta.total} of the workspace are not over`);

  const ended = await api.collects.collectUpdate(id, {
    data: { type: 'collect', id, attributes: { status: 'finalized' } },
  });
  say(`collect ${id} is ${ended.data.data.attributes.status}`);

  const asked = await api.enrichmentTasks.enrichmentTaskCreate({
    data: {
      type: 'enrichment_task',
      attributes: { enrichment_type: 'document_reconciliation_backfill', entity_type: 'workspace' },
    },
  });
  const [task] = [asked.data.data].flat();
  if (!task) throw new Error('one task was asked for and none came back');
  const done = await untilAtRest(api, task, say, pause);
  say(`its output: ${JSON.stringify(done.attributes.output)}`);
}

async function untilAtRest(
  api: Wellspring,
  task: EnrichmentTask,
  say: (line: string) => void,
  pause: () => Promise<unknown>,
): Promise<EnrichmentTask> {
  const { status } = task.attributes;
  say(`task ${task.id} is ${status}`);
  if (status !== 'pending' && status !== 'processing') return task;
  await pause();
  const { data } = await api.enrichmentTasks.enrichmentTaskRetrieve(task.id);
  return untilAtRest(api, data.data, say, pause);
}

/** How long a task is left alone between two looks, in milliseconds. */
const PAUSE_MS = 500;

if (import.meta.main) {
  const { WELLSPRING_FUNCTIONS_URL: baseUrl, WELLSPRING_TOKEN: token } = process.env;
  if (!baseUrl || !token) throw new Error('start a stack with "npm start", then: eval "$(npm run -s env)"');
  await tour(
    new Wellspring({ baseUrl, token }),
    (line) => console.log(line),
    () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
  );
}
