import net from 'node:net';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { post, queueName, setUp, startHandler, task } from './support.ts';

const slow = { retryConfig: { minBackoff: { seconds: 10 }, maxBackoff: { seconds: 10 } } };

/** Everything one request brings, as bytes; the connection is answered 200 and kept. */
const startRawServer = async () => {
  const requests: string[] = [];
  const server = net.createServer((socket) => {
    socket.on('data', (data) => {
      requests.push(data.toString('latin1'));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { requests, host: `127.0.0.1:${(server.address() as net.AddressInfo).port}` };
};

describe('the request', () => {
  it('carries the documented headers and no others', async () => {
    const { client, clock } = await setUp();
    const { requests, host } = await startRawServer();

    await post(client, `http://${host}/a?b=c`, { id: 'plain' });
    await clock.advance(0);

    expect(requests[0]?.split('\r\n')).toEqual([
      'POST /a?b=c HTTP/1.1',
      `Host: ${host}`,
      'User-Agent: Google-Cloud-Tasks',
      'X-CloudTasks-QueueName: work',
      'X-CloudTasks-TaskName: plain',
      'X-CloudTasks-TaskRetryCount: 0',
      'X-CloudTasks-TaskExecutionCount: 0',
      'X-CloudTasks-TaskETA: 1772366400',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('drops what callers may not set and keeps the rest', async () => {
    const { client, clock } = await setUp();
    const { requests, host } = await startRawServer();

    await post(client, '', {
      httpRequest: {
        url: `http://${host}/`,
        body: Buffer.from('{}'),
        headers: {
          'Content-Type': 'application/json',
          Authorization: 'Basic mine',
          host: 'elsewhere',
          'content-length': '99',
          'user-agent': 'me',
          'X-Google-Thing': '1',
          'x-appengine-thing': '1',
          'X-CloudTasks-TaskRetryCount': '7',
          Connection: 'close',
          'Transfer-Encoding': 'chunked',
        },
      },
    });
    await clock.advance(0);

    const names = requests[0]
      ?.split('\r\n')
      .slice(1, -2)
      .map((line) => line.split(':')[0]);
    expect(names).toEqual([
      'Host',
      'Content-Type',
      'Authorization',
      'User-Agent',
      'X-CloudTasks-QueueName',
      'X-CloudTasks-TaskName',
      'X-CloudTasks-TaskRetryCount',
      'X-CloudTasks-TaskExecutionCount',
      'X-CloudTasks-TaskETA',
      'Content-Length',
    ]);
    expect(requests[0]).toContain('X-CloudTasks-TaskRetryCount: 0');
    expect(requests[0]).toMatch(/Content-Length: 2\r\n\r\n\{\}$/);
  });

  it('has no length when its method takes no body', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();

    await post(client, '', { httpRequest: { url: handler.url, httpMethod: 'GET' } });
    await clock.advance(0);

    expect(handler.deliveries[0]?.method).toBe('GET');
    expect(handler.deliveries[0]?.headers).not.toHaveProperty('content-length');
  });

  it('tells the time it was due with its fraction', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();

    await post(client, handler.url, { scheduleTime: { seconds: 1772366405, nanos: 250_000_000 } });
    await clock.advance(5_250);

    expect(handler.deliveries[0]?.headers['x-cloudtasks-tasketa']).toBe('1772366405.25');
  });
});

describe('the counters', () => {
  it.each([
    ['4xx count as executions', [422, 422, 200], ['0/0', '1/1', '2/2'], ['422', '422']],
    ['5xx do not', [500, 503, 200], ['0/0', '1/0', '2/0'], ['500', '503']],
    ['both are told apart', [500, 404, 302, 200], ['0/0', '1/0', '2/1', '3/2'], ['500', '404', '302']],
  ])('say that %s', async (_, answers, counts, previous) => {
    const { client, clock } = await setUp({ queue: slow });
    const handler = await startHandler((_request, index) => answers[index] ?? 200);

    await post(client, handler.url);
    await clock.advance(60_000);

    const seen = handler.deliveries.map(({ headers }) => headers);
    expect(
      seen.map((h) => `${h['x-cloudtasks-taskretrycount']}/${h['x-cloudtasks-taskexecutioncount']}`),
    ).toEqual(counts);
    expect(seen[0]).not.toHaveProperty('x-cloudtasks-taskpreviousresponse');
    expect(seen[0]).not.toHaveProperty('x-cloudtasks-taskretryreason');
    expect(seen.slice(1).map((h) => h['x-cloudtasks-taskpreviousresponse'])).toEqual(previous);
    expect(seen.slice(1).map((h) => h['x-cloudtasks-taskretryreason'])).toEqual(previous.map(() => ''));
  });

  it('show in the task, with its first and last attempt', async () => {
    const { client, clock } = await setUp({ queue: slow });
    const handler = await startHandler((_, index) => (index === 0 ? 500 : 422));
    await post(client, handler.url, { id: 'seen' });

    await clock.advance(10_000);
    const [seen] = await client.getTask({ name: task('seen') });

    expect(seen).toMatchObject({
      dispatchCount: 2,
      responseCount: 2,
      firstAttempt: { responseTime: null, responseStatus: null },
      lastAttempt: { responseStatus: { code: 9, message: expect.stringContaining('422') } },
    });
    expect([seen.firstAttempt, seen.lastAttempt].map((a) => Number(a?.dispatchTime?.seconds))).toEqual([
      1772366400, 1772366410,
    ]);
    expect(Number(seen.scheduleTime?.seconds)).toBe(1772366420);
  });

  it('take a redirect as a failure and do not follow it', async () => {
    const { client, clock } = await setUp({ queue: slow });
    const elsewhere = await startHandler();
    const handler = await startHandler((_, index) =>
      index === 0 ? { status: 302, headers: { Location: elsewhere.url } } : 200,
    );

    await post(client, handler.url);
    await clock.advance(10_000);

    expect(handler.deliveries[1]?.headers['x-cloudtasks-taskpreviousresponse']).toBe('302');
    expect(elsewhere.deliveries).toHaveLength(0);
  });

  it('leave executions alone when nobody answers', async () => {
    const { client, clock } = await setUp({ queue: slow });
    const resetting = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => resetting.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void resetting.close());
    await post(client, `http://127.0.0.1:${(resetting.address() as net.AddressInfo).port}/`, { id: 'cut' });

    await clock.advance(10_000);
    const [cut] = await client.getTask({ name: task('cut') });

    expect(cut).toMatchObject({
      dispatchCount: 2,
      responseCount: 0,
      lastAttempt: { responseStatus: { code: 14 } },
    });
  });
});

describe('the deadline', () => {
  it('ends the attempt, and the next one reads 504', async () => {
    const { client, clock } = await setUp({ queue: slow });
    const handler = await startHandler((_, index) => (index === 0 ? new Promise<number>(() => {}) : 200));
    await post(client, handler.url, { id: 'late', dispatchDeadline: { seconds: 15 } });
    await clock.advance(0, { leaveRunning: true });
    await handler.arrived(1);

    await clock.advance(14_999, { leaveRunning: true });
    const [before] = await client.getTask({ name: task('late') });
    await clock.advance(1, { leaveRunning: true });
    const [after] = await client.getTask({ name: task('late') });
    await clock.advance(10_000);

    expect(before).toMatchObject({ dispatchCount: 1, lastAttempt: { responseTime: null } });
    expect(after).toMatchObject({ responseCount: 0, lastAttempt: { responseStatus: { code: 4 } } });
    expect(handler.deliveries[1]?.headers).toMatchObject({
      'x-cloudtasks-taskretrycount': '1',
      'x-cloudtasks-taskexecutioncount': '0',
      'x-cloudtasks-taskpreviousresponse': '504',
    });
  });
});

describe('the OIDC token', () => {
  const oidc = { serviceAccountEmail: 'queue@demo.test' };

  it('verifies against the discovery of the emulator, as in production', async () => {
    const { emulator, client, clock } = await setUp();
    const handler = await startHandler();
    await post(client, '', {
      httpRequest: { url: `${handler.url}fn`, oidcToken: oidc, headers: { authorization: 'mine' } },
    });
    await clock.advance(0);

    const discovery = await fetch(`${emulator.issuer}/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = (await discovery.json()) as { issuer: string; jwks_uri: string };
    const [scheme, token = ''] = handler.deliveries[0]?.headers.authorization?.split(' ') ?? [];
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience: `${handler.url}fn`,
      algorithms: ['RS256'],
    });

    expect(scheme).toBe('Bearer');
    expect(payload).toMatchObject({
      iss: emulator.issuer,
      email: 'queue@demo.test',
      email_verified: true,
      sub: expect.stringMatching(/^\d{21}$/),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it('takes the audience, the issuer and the key it is given', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const { client, clock } = await setUp({
      issuer: 'https://accounts.google.com',
      signingKey: await exportJWK(privateKey),
    });
    const handler = await startHandler();
    await post(client, '', {
      httpRequest: { url: handler.url, oidcToken: { ...oidc, audience: 'https://fn.test' } },
    });
    await clock.advance(0);

    const [, token = ''] = handler.deliveries[0]?.headers.authorization?.split(' ') ?? [];
    const { payload } = await jwtVerify(token, publicKey, {
      issuer: 'https://accounts.google.com',
      audience: 'https://fn.test',
    });

    expect(payload.email).toBe('queue@demo.test');
  });

  it('is one and the same for tasks with one account and audience', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();
    for (const audience of ['a', 'a', 'b']) {
      await post(client, '', { httpRequest: { url: handler.url, oidcToken: { ...oidc, audience } } });
    }
    await clock.advance(0);

    expect(new Set(handler.deliveries.map(({ headers }) => headers.authorization)).size).toBe(2);
    expect(handler.deliveries).toHaveLength(3);
    expect((await client.listTasks({ parent: queueName }))[0]).toEqual([]);
  });
});
