import { invalid } from './errors.ts';

export interface QueueName {
  project: string;
  location: string;
  queue: string;
  /** `projects/P/locations/L/queues/Q` */
  full: string;
}

const project = '[A-Za-z0-9:.-]+';
const location = '[A-Za-z0-9-]+';
const locationPattern = new RegExp(`^projects/(${project})/locations/(${location})$`);
const queuePattern = new RegExp(`^projects/(${project})/locations/(${location})/queues/([^/]+)$`);
const taskPattern = new RegExp(`^(projects/${project}/locations/${location}/queues/[^/]+)/tasks/([^/]+)$`);

/** The parts of `projects/P/locations/L`; INVALID_ARGUMENT otherwise. */
export const parseLocation = (name: string | null | undefined): { project: string; location: string } => {
  const [, project, location] = locationPattern.exec(name ?? '') ?? [];
  if (!project || !location) {
    throw invalid(
      `Invalid parent "${name ?? ''}": expected "projects/PROJECT_ID/locations/LOCATION_ID", where PROJECT_ID holds letters, digits, "-", ":" and ".".`,
    );
  }
  return { project, location };
};

/** The parts of `projects/P/locations/L/queues/Q`; INVALID_ARGUMENT otherwise. */
export const parseQueueName = (name: string | null | undefined, field = 'name'): QueueName => {
  const [full, project, location, queue] = queuePattern.exec(name ?? '') ?? [];
  if (!full || !project || !location || !queue) {
    throw invalid(
      `Invalid ${field} "${name ?? ''}": expected "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID".`,
    );
  }
  if (!/^[A-Za-z0-9-]{1,100}$/.test(queue)) {
    throw invalid(`Invalid queue id "${queue}": use 1 to 100 letters, digits or "-".`);
  }
  return { project, location, queue, full };
};

/** The queue and the id in `…/queues/Q/tasks/T`; INVALID_ARGUMENT otherwise. */
export const parseTaskName = (
  name: string | null | undefined,
  field = 'name',
): { queue: QueueName; id: string } => {
  const [, queueName, id] = taskPattern.exec(name ?? '') ?? [];
  if (!queueName || !id) {
    throw invalid(
      `Invalid ${field} "${name ?? ''}": expected "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID".`,
    );
  }
  if (!/^[A-Za-z0-9_-]{1,500}$/.test(id)) {
    throw invalid(
      `Invalid task id "${id.slice(0, 80)}" of ${id.length} characters: use 1 to 500 letters, digits, "-" or "_".`,
    );
  }
  return { queue: parseQueueName(queueName), id };
};
