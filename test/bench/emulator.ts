import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudTasksClient } from '@google-cloud/tasks';
import { grpc } from 'google-gax';
import pLimit from 'p-limit';
import { startEmulator } from '../../local/emulator/emulator.ts';

// How many tasks a second are created with the real client and delivered to a handler, next to how many bare POSTs a
// second the same handler takes on the same machine in the same run. One queue is capped at 500/s, so several share.

const tasks = Number(process.argv[2] ?? 3000);
const inFlight = 32;
const parent = 'projects/bench/locations/here';
const queues = Array.from({ length: 40 }, (_, index) => `${parent}/queues/q${index}`);
const body = Buffer.from(JSON.stringify({ id: '0198c5a0-0000-7000-8000-000000000000', generation: 1 }));

const handler = http.createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
});
handler.listen(0, '127.0.0.1');
await once(handler, 'listening');
const url = `http://127.0.0.1:${(handler.address() as AddressInfo).port}/`;

const emulator = await startEmulator();
const client = new CloudTasksClient({
  apiEndpoint: emulator.host,
  port: emulator.grpcPort,
  sslCreds: grpc.credentials.createInsecure(),
  universeDomain: 'googleapis.com',
  projectId: 'bench',
});

const perSecond = async (count: number, one: (index: number) => Promise<unknown>): Promise<number> => {
  const limit = pLimit(inFlight);
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, (_, index) => limit(() => one(index))));
  await emulator.whenIdle();
  return (count / (performance.now() - start)) * 1000;
};

const agent = new http.Agent({ keepAlive: true });
const bare = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'Content-Length': body.length };
    http
      .request(url, { method: 'POST', agent, headers }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end(body);
  });

const oidcToken = { serviceAccountEmail: 'queue@bench.test' };
const created = (index: number): Promise<unknown> =>
  client.createTask({
    parent: queues[index % queues.length] ?? '',
    task: { httpRequest: { url, body, oidcToken } },
  });

for (const name of queues) await client.createQueue({ parent, queue: { name } });
await perSecond(500, bare);
await perSecond(500, created);

const rounds: { bare: number; emulated: number; ratio: number }[] = [];
for (let round = 0; round < 3; round += 1) {
  const posts = await perSecond(tasks, bare);
  const emulated = await perSecond(tasks, created);
  rounds.push({ bare: Math.round(posts), emulated: Math.round(emulated), ratio: emulated / posts });
}
const { succeeded, failed } = Object.values(emulator.stats().queues).reduce(
  (sum, queue) => ({ succeeded: sum.succeeded + queue.succeeded, failed: sum.failed + queue.failed }),
  { succeeded: 0, failed: 0 },
);
if (succeeded !== 500 + 3 * tasks || failed > 0) {
  throw new Error(`${succeeded} tasks succeeded and ${failed} attempts failed`);
}

// The middle round of three: the least shaken by whatever else the machine was doing.
const [, middle] = rounds.toSorted((a, b) => a.ratio - b.ratio);
process.stdout.write(
  `${JSON.stringify({
    name: 'emulator',
    tasks,
    tasks_per_second: middle?.emulated,
    bare_posts_per_second: middle?.bare,
    ratio: Number(middle?.ratio.toFixed(3)),
    in_flight: inFlight,
  })}\n`,
);

await client.close();
await emulator.stop();
agent.destroy();
handler.close();
