import type { CloudTasksClient } from '@google-cloud/tasks';
import { type Config, functionTarget } from '../config.ts';
import { getWorker, queueName } from '../domain/catalogue.ts';
import { CREATE_TASK_TIMEOUT_MS, DELETE_TASK_TIMEOUT_MS } from '../domain/limits.ts';
import { currentTraceparent } from '../trace.ts';
import { messageName, type QueueMessage, type TaskQueue } from './queue.ts';

type Settings = Pick<
  Config,
  | 'GOOGLE_CLOUD_PROJECT'
  | 'TASKS_LOCATION'
  | 'CLOUD_TASKS_TRANSPORT'
  | 'CLOUD_TASKS_EMULATOR_HOST'
  | 'FUNCTIONS_URL'
  | 'TASKS_OIDC_AUDIENCE'
  | 'TASKS_SERVICE_ACCOUNT'
>;

/** gRPC status of a name that is taken: an earlier attempt got through. */
const ALREADY_EXISTS = 6;
/** gRPC status of a message that was delivered, deleted or never made. */
const NOT_FOUND = 5;
/** Seconds by which Cloud Tasks waits longer than a handler may run. */
const DEADLINE_MARGIN_SECONDS = 15;

/**
 * A client for Google Cloud, or for an emulator when one is configured. The package takes a quarter of a second to
 * import, so only the first use does.
 */
export async function openCloudTasksClient(settings: Settings): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import('@google-cloud/tasks');
  const fallback = settings.CLOUD_TASKS_TRANSPORT === 'rest';
  const projectId = settings.GOOGLE_CLOUD_PROJECT;
  const emulator = settings.CLOUD_TASKS_EMULATOR_HOST;
  if (!emulator) return new CloudTasksClient({ projectId, fallback });

  // Endpoint and port go apart: a port inside apiEndpoint gets :443 appended.
  const [apiEndpoint = '', port] = emulator.split(':');
  const endpoint = { projectId, apiEndpoint, port: Number(port) };
  if (fallback) {
    const { PassThroughClient } = await import('google-auth-library');
    return new CloudTasksClient({
      ...endpoint,
      fallback,
      protocol: 'http',
      authClient: new PassThroughClient(),
    });
  }
  const { grpc } = await import('google-gax');
  return new CloudTasksClient({
    ...endpoint,
    sslCreds: grpc.credentials.createInsecure(),
    // Without it the client looks for a metadata server first.
    universeDomain: 'googleapis.com',
  });
}

/** The queues of Cloud Tasks, one per worker; a message is a signed POST to the worker's function. */
export function openCloudTasks(settings: Settings): TaskQueue {
  let opening: Promise<CloudTasksClient> | undefined;
  const parent = (type: QueueMessage['type']) =>
    `projects/${settings.GOOGLE_CLOUD_PROJECT}/locations/${settings.TASKS_LOCATION}/queues/${queueName(type)}`;

  return {
    async create({ id, generation, type }) {
      opening ??= openCloudTasksClient(settings);
      const client = await opening;
      const queue = parent(type);
      const { url, audience } = functionTarget(settings, type);
      // Kept over retries, so that what the platform logs of a delivery is found beside what we do.
      const traceparent = currentTraceparent();
      const task = {
        name: `${queue}/tasks/${messageName({ id, generation })}`,
        httpRequest: {
          httpMethod: 'POST' as const,
          url,
          headers: { 'Content-Type': 'application/json', ...(traceparent ? { traceparent } : {}) },
          // A Buffer: a string would be read as base64.
          body: Buffer.from(JSON.stringify({ id, generation })),
          oidcToken: { serviceAccountEmail: settings.TASKS_SERVICE_ACCOUNT, audience },
        },
        dispatchDeadline: { seconds: getWorker(type).timeBudgetSeconds + DEADLINE_MARGIN_SECONDS },
      };
      try {
        await client.createTask({ parent: queue, task }, { timeout: CREATE_TASK_TIMEOUT_MS });
        return 'created';
      } catch (error) {
        if ((error as { code?: unknown }).code === ALREADY_EXISTS) return 'exists';
        throw error;
      }
    },
    async delete({ id, generation, type }) {
      opening ??= openCloudTasksClient(settings);
      const client = await opening;
      const name = `${parent(type)}/tasks/${messageName({ id, generation })}`;
      try {
        await client.deleteTask({ name }, { timeout: DELETE_TASK_TIMEOUT_MS });
        return 'deleted';
      } catch (error) {
        if ((error as { code?: unknown }).code === NOT_FOUND) return 'gone';
        throw error;
      }
    },
    async close() {
      const open = opening;
      opening = undefined;
      await (await open)?.close();
    },
  };
}
