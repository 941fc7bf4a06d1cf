import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudTasksClient } from '@google-cloud/tasks';
import { PassThroughClient } from 'google-auth-library';
import { grpc } from 'google-gax';
import { onTestFinished } from 'vitest';
import { type Clock, type ManualClock, manualClock } from '../../../local/emulator/clock.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../local/emulator/emulator.ts';

export const location = 'projects/demo/locations/europe-west1';
export const queueName = `${location}/queues/work`;

export const transports = ['gRPC', 'REST'] as const;
export type Transport = (typeof transports)[number];

/** The real client, pointed at an emulator. */
export const connect = (emulator: Emulator, transport: Transport): CloudTasksClient =>
  transport === 'gRPC'
    ? new CloudTasksClient({
        apiEndpoint: emulator.host,
        port: emulator.grpcPort,
        sslCreds: grpc.credentials.createInsecure(),
        universeDomain: 'googleapis.com',
        projectId: 'demo',
      })
    : new CloudTasksClient({
        fallback: true,
        protocol: 'http',
        apiEndpoint: emulator.host,
        port: emulator.restPort,
        authClient: new PassThroughClient(),
        projectId: 'demo',
      });

export interface Delivery {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: http.IncomingHttpHeaders;
  body: string;
}

type Reply = number | { status: number; headers?: Record<string, string> } | Promise<number>;

export interface Handler {
  url: string;
  deliveries: Delivery[];
  /** Resolves when `count` requests have arrived in all. */
  arrived(count: number): Promise<void>;
}

/** A target for tasks: answers each request as `reply` says, in order of arrival. */
export const startHandler = async (
  reply: (delivery: Delivery, index: number) => Reply = () => 200,
): Promise<Handler> => {
  const deliveries: Delivery[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = {
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    deliveries.push(delivery);
    const answer = reply(delivery, deliveries.length - 1);
    const due = waiting.filter(({ count }) => count <= deliveries.length);
    waiting = waiting.filter(({ count }) => count > deliveries.length);
    for (const { resolve } of due) resolve();
    const settled = await answer;
    const { status, headers } = typeof settled === 'number' ? { status: settled, headers: {} } : settled;
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    deliveries,
    arrived: (count) =>
      deliveries.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
  };
};

/** An emulator on a clock the test moves, a client, and a queue called `work`; all gone after the test. */
export const setUp = async (
  options: EmulatorOptions<ManualClock> & { transport?: Transport; queue?: object } = {},
): Promise<{ emulator: Emulator<ManualClock>; client: CloudTasksClient; clock: ManualClock }> => {
  const { transport = 'gRPC', queue = {}, ...rest } = options;
  const clock = rest.clock ?? manualClock(new Date('2026-03-01T12:00:00Z'));
  const emulator = await startEmulator({ ...rest, clock });
  const client = connect(emulator, transport);
  onTestFinished(async () => {
    await client.close();
    await emulator.stop();
  });
  await client.createQueue({ parent: location, queue: { name: queueName, ...queue } });
  return { emulator, client, clock };
};

/** Like `setUp`, on the system clock. */
export const setUpLive = async (
  queue: object = {},
): Promise<{ emulator: Emulator<Clock>; client: CloudTasksClient }> => {
  const emulator = await startEmulator();
  const client = connect(emulator, 'gRPC');
  onTestFinished(async () => {
    await client.close();
    await emulator.stop();
  });
  await client.createQueue({ parent: location, queue: { name: queueName, ...queue } });
  return { emulator, client };
};

export const task = (id: string): string => `${queueName}/tasks/${id}`;

/** Creates a task that posts to `url` and returns its full name. */
export const post = async (
  client: CloudTasksClient,
  url: string,
  { id, parent = queueName, ...more }: { id?: string; parent?: string; [field: string]: unknown } = {},
): Promise<string> => {
  const [created] = await client.createTask({
    parent,
    task: { ...(id ? { name: `${parent}/tasks/${id}` } : {}), httpRequest: { url }, ...more },
  });
  return created.name ?? '';
};
