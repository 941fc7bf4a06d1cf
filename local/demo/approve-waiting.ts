import type { Extension, Task } from './extension.ts';

const waits = ({ status }: Task) => status === 'awaiting_approval';

/**
 * Approves what waits in a chain, and what comes to wait because of that, until nothing waits that was not asked
 * about. Answers the chain as it is then.
 */
export async function approveWaiting(
  extension: Pick<Extension, 'approve'>,
  chain: Task[],
  follow: () => Promise<Task[]> | Task[],
  say: (text: string) => void,
): Promise<Task[]> {
  const asked = new Set<string>();
  let tasks = chain;
  for (;;) {
    const waiting = tasks.filter((task) => waits(task) && !asked.has(task.id));
    if (waiting.length === 0) return tasks;
    for (const { id } of waiting) asked.add(id);
    const { resolved, errors } = await extension.approve(waiting.map(({ id }) => id));
    const typeOf = (id: string) => waiting.find((task) => task.id === id)?.enrichment_type ?? id;
    for (const { task_id } of resolved) say(`${typeOf(task_id)} approved`);
    for (const { task_id, code, message } of errors)
      say(`${typeOf(task_id)} was not approved: ${code}, ${message}`);
    tasks = await follow();
  }
}
