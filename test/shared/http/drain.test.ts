import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { edgeOf } from '../../../shared/http/edge.ts';
import { startFront } from './start-front.ts';

/** A function whose requests stay open until the test answers them. */
const holding = () => {
  const held: { req: IncomingMessage; res: ServerResponse }[] = [];
  return { held, handler: (req: IncomingMessage, res: ServerResponse) => void held.push({ req, res }) };
};

describe('closing the front', () => {
  it('lets requests in flight finish and takes no new ones', async () => {
    const { held, handler } = holding();
    const { front, call, origin } = await startFront({ handlers: { collect_list: handler } });
    const answers = Array.from({ length: 20 }, () => call('/v1/collects'));
    await expect.poll(() => held.length).toBe(20);

    const closed = front.close();
    const refused = await fetch(`${origin}/health`).catch((error: unknown) => error);
    for (const { res } of held) res.end('done');

    expect(await closed).toEqual({ cut: 0 });
    expect(await Promise.all(answers.map(async (answer) => (await answer).text()))).toEqual(
      Array(20).fill('done'),
    );
    expect(refused).toBeInstanceOf(Error);
  });

  it('does not wait for connections that are kept alive', async () => {
    const { front, port } = await startFront();
    const agent = new Agent({ keepAlive: true });
    const [answer] = (await once(get({ port, path: '/health', agent }), 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');

    expect(await front.close()).toEqual({ cut: 0 });
    agent.destroy();
  });

  it('does not wait for a connection whose answer had begun before', async () => {
    const { held, handler } = holding();
    const { front, port } = await startFront({ handlers: { collect_list: handler }, drainMs: 600_000 });
    const agent = new Agent({ keepAlive: true });
    const sent = get({ port, path: '/v1/collects', agent, headers: { authorization: 'Bearer good' } });
    await expect.poll(() => held.length).toBe(1);
    held[0]?.res.write('begun');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();

    const closed = front.close();
    held[0]?.res.end();

    expect(await closed).toEqual({ cut: 0 });
    agent.destroy();
  });

  it('warns what still runs before it cuts it', async () => {
    const { held, handler } = holding();
    const { front, call } = await startFront({
      handlers: { collect_list: handler, logo: handler },
      drainMs: 40,
    });
    const lost = call('/v1/collects').catch((error: unknown) => error);
    const released = call('/logo', { method: 'POST', body: '{}' });
    await expect.poll(() => held.length).toBe(2);
    const worker = held.find(({ req }) => edgeOf(req).name === 'logo');
    if (!worker) throw new Error('the delivery did not arrive');
    edgeOf(worker.req).shutdown.addEventListener('abort', () => worker.res.writeHead(422).end());

    const closed = await front.close();

    expect(closed).toEqual({ cut: 1 });
    expect((await released).status).toBe(422);
    expect(await lost).toBeInstanceOf(Error);
  });

  it('lets whoever only waits answer at once', async () => {
    const { held, handler } = holding();
    const { front, call } = await startFront({ handlers: { collect_list: handler }, drainMs: 600_000 });
    const answer = call('/v1/collects');
    await expect.poll(() => held.length).toBe(1);
    for (const { req, res } of held)
      edgeOf(req).closing.addEventListener('abort', () => void res.end('nothing yet'));

    const closed = await front.close();

    expect(closed).toEqual({ cut: 0 });
    expect(await (await answer).text()).toBe('nothing yet');
  });

  it('closes once however often it is asked', async () => {
    const { front } = await startFront();

    expect(front.close()).toBe(front.close());
  });
});
