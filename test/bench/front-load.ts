import { Agent, request } from 'node:http';
import pLimit from 'p-limit';

// The callers of the front benchmark, in a process of their own so that their work is not counted as the server's.
// Gets `<url> <token> <requests>` as arguments and prints how many requests a second were answered.

const [url = '', token = '', count = '1000'] = process.argv.slice(2);
const body = Buffer.from(JSON.stringify({ id: '0198c5a0-0000-7000-8000-000000000000', generation: 1 }));
const headers = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  'content-length': body.length,
};
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

const post = () =>
  new Promise<void>((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== 204) reject(new Error(`answered ${answer.statusCode}`));
      answer.resume().on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });

const limit = pLimit(32);
const all = (requests: number) => Promise.all(Array.from({ length: requests }, () => limit(post)));

await all(Math.ceil(Number(count) / 5));
const start = performance.now();
await all(Number(count));
process.stdout.write(String((Number(count) / (performance.now() - start)) * 1_000));
agent.destroy();
