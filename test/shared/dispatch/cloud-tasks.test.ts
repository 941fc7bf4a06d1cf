import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../../local/emulator/emulator.ts';
import { createQueues } from '../../../local/queues.ts';
import { openCloudTasks, openCloudTasksClient } from '../../../shared/dispatch/cloud-tasks.ts';
import { messageName } from '../../../shared/dispatch/queue.ts';

const target = { project: 'p', location: 'europe-west1' };
const id = '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await createQueues({ restUrl: emulator.restUrl, ...target });
  // Nothing is delivered: what is looked at is what the queue was given.
  await fetch(`${emulator.restUrl}/v2/projects/p/locations/europe-west1/queues/ai-invoice:pause`, {
    method: 'POST',
  });
});
afterAll(() => emulator.stop());

describe.each(['grpc', 'rest'] as const)('over %s', (transport) => {
  const settings = (port: number) => ({
    GOOGLE_CLOUD_PROJECT: target.project,
    TASKS_LOCATION: target.location,
    CLOUD_TASKS_TRANSPORT: transport,
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${port}`,
    FUNCTIONS_URL: 'https://{service}-x1-ew.a.run.app',
    TASKS_OIDC_AUDIENCE: undefined,
    TASKS_SERVICE_ACCOUNT: 'tasks@p.iam.gserviceaccount.com',
  });
  const generation = transport === 'grpc' ? 0 : 1;
  const message = { id, generation, type: 'ai_invoice' as const };
  const port = () => (transport === 'grpc' ? emulator.grpcPort : emulator.restPort);

  test('a message is created once, and repeating it is a success', async () => {
    const queue = openCloudTasks(settings(port()));

    const answers = [await queue.create(message), await queue.create(message)];

    expect(answers).toEqual(['created', 'exists']);
    await queue.close();
  });

  test('carries the id and the generation, and is signed for the one function', async () => {
    const client = await openCloudTasksClient(settings(port()));
    const name = `projects/p/locations/europe-west1/queues/ai-invoice/tasks/${messageName(message)}`;

    const [task] = await client.getTask({ name, responseView: 'FULL' });

    expect(JSON.parse(String(task.httpRequest?.body))).toEqual({ id, generation });
    expect(task.httpRequest).toMatchObject({
      httpMethod: expect.stringMatching(/POST/),
      url: 'https://ai-invoice-x1-ew.a.run.app/ai_invoice',
      oidcToken: {
        serviceAccountEmail: 'tasks@p.iam.gserviceaccount.com',
        audience: 'https://ai-invoice-x1-ew.a.run.app',
      },
    });
    expect(Number(task.dispatchDeadline?.seconds)).toBe(135);
    await client.close();
  });

  test('a message is taken back once, and after that it is gone', async () => {
    const queue = openCloudTasks(settings(port()));
    const taken = { ...message, generation: generation + 10 };
    await queue.create(taken);

    const answers = [await queue.delete(taken), await queue.delete(taken)];

    expect(answers).toEqual(['deleted', 'gone']);
    await queue.close();
  });

  test('a queue that is not there is an error, and the next message goes through', async () => {
    const queue = openCloudTasks({ ...settings(port()), TASKS_LOCATION: 'nowhere' });

    await expect(queue.create(message)).rejects.toMatchObject({ code: 5 });
    await queue.close();
  });
});
