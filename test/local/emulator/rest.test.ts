import { describe, expect, it } from 'vitest';
import { queueName, setUp } from './support.ts';

/** The REST API without a client: what curl and other libraries send. */
const rest = async (base: string, verb: string, path: string, body?: string | object) => {
  const response = await fetch(`${base}/v2/${path}`, {
    method: verb,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
};

const url = 'http://127.0.0.1:9/';
const scheduleTime = '2026-03-02T00:00:00.5Z';

describe('plain REST', () => {
  it('answers with enum names, RFC 3339 times and base64', async () => {
    const { emulator } = await setUp();

    const { status, json } = await rest(emulator.restUrl, 'POST', `${queueName}/tasks`, {
      task: {
        httpRequest: { httpMethod: 'PATCH', url, body: 'aGVsbG8=' },
        scheduleTime,
        dispatchDeadline: '30s',
      },
      responseView: 'FULL',
    });

    expect(status).toBe(200);
    expect(json).toMatchObject({
      httpRequest: { httpMethod: 'PATCH', url, body: 'aGVsbG8=' },
      scheduleTime: '2026-03-02T00:00:00.500Z',
      createTime: '2026-03-01T12:00:00.000Z',
      dispatchDeadline: '30s',
      view: 'FULL',
    });
  });

  it('takes and gives enum numbers when asked to', async () => {
    const { emulator } = await setUp();

    const { json } = await rest(emulator.restUrl, 'POST', `${queueName}/tasks?$alt=json;enum-encoding=int`, {
      task: { httpRequest: { httpMethod: 4, url }, scheduleTime },
    });

    expect(json).toMatchObject({ httpRequest: { httpMethod: 4 }, view: 1 });
  });

  it('takes the field names of the proto too', async () => {
    const { emulator } = await setUp();

    const { json } = await rest(emulator.restUrl, 'POST', `${queueName}/tasks`, {
      task: { http_request: { http_method: 'PUT', url }, schedule_time: scheduleTime },
    });

    expect(json).toMatchObject({ httpRequest: { httpMethod: 'PUT', url } });
  });

  it('takes a mask in either spelling', async () => {
    const { emulator } = await setUp();

    const { json } = await rest(
      emulator.restUrl,
      'PATCH',
      `${queueName}?updateMask=retryConfig.maxAttempts,rate_limits.max_concurrent_dispatches`,
      { retryConfig: { maxAttempts: 3, maxDoublings: 1 }, rateLimits: { maxConcurrentDispatches: 2 } },
    );

    expect(json).toMatchObject({
      retryConfig: { maxAttempts: 3, maxDoublings: 16 },
      rateLimits: { maxConcurrentDispatches: 2 },
    });
  });

  it.each([
    ['broken JSON', 'POST', '/tasks', '{"task":', 400, 'INVALID_ARGUMENT'],
    ['an unknown field', 'POST', '/tasks', { task: { httpReq: { url } } }, 400, 'INVALID_ARGUMENT'],
    [
      'an unknown method',
      'POST',
      '/tasks',
      { task: { httpRequest: { url, httpMethod: 'FOO' } } },
      400,
      'INVALID_ARGUMENT',
    ],
    ['a time that is none', 'POST', '/tasks', { task: { scheduleTime: 'soon' } }, 400, 'INVALID_ARGUMENT'],
    ['a task that is no object', 'POST', '/tasks', { task: 5 }, 400, 'INVALID_ARGUMENT'],
    ['a task that is not there', 'GET', '/tasks/none', undefined, 404, 'NOT_FOUND'],
    ['a path that is none', 'GET', '/nonsense/x', undefined, 404, 'NOT_FOUND'],
    ['an action that is none', 'POST', ':explode', {}, 404, 'NOT_FOUND'],
    ['an IAM call', 'POST', ':getIamPolicy', {}, 501, 'UNIMPLEMENTED'],
  ])('answers %s with code, message and status', async (_, verb, path, body, code, status) => {
    const { emulator } = await setUp();

    const { status: http, json } = await rest(emulator.restUrl, verb, `${queueName}${path}`, body);

    expect(http).toBe(code);
    expect(json).toEqual({ error: { code, message: expect.any(String), status } });
  });
});

it('says what is wrong with a duration as people type it', async () => {
  const { emulator } = await setUp();

  const { status, json } = await rest(emulator.restUrl, 'PATCH', queueName, {
    retryConfig: { maxRetryDuration: '1h' },
  });

  expect(status).toBe(400);
  expect(json).toMatchObject({
    error: {
      message:
        'Invalid value at "queue.retryConfig.maxRetryDuration": "1h" is no duration: seconds that must end with "s".',
    },
  });
});

it('refuses what a web page sends', async () => {
  const { emulator, client } = await setUp();

  const response = await fetch(`${emulator.restUrl}/v2/${queueName}/tasks`, {
    method: 'POST',
    headers: { Origin: 'https://page.test', 'Content-Type': 'text/plain' },
    body: JSON.stringify({ task: { httpRequest: { url }, scheduleTime } }),
  });

  expect(response.status).toBe(403);
  expect((await client.listTasks({ parent: queueName }))[0]).toEqual([]);
});

describe('locations', () => {
  it('are those that queues are in, or the one that is served', async () => {
    const { emulator } = await setUp();
    const one = await setUp({ location: 'europe-west1' });
    const expected = {
      name: 'projects/demo/locations/europe-west1',
      locationId: 'europe-west1',
      labels: { 'cloud.googleapis.com/region': 'europe-west1' },
    };

    const used = await rest(emulator.restUrl, 'GET', 'projects/demo/locations');
    const none = await rest(emulator.restUrl, 'GET', 'projects/empty/locations');
    const served = await rest(one.emulator.restUrl, 'GET', 'projects/empty/locations');
    const got = await rest(emulator.restUrl, 'GET', 'projects/demo/locations/europe-west1');
    const missing = await rest(emulator.restUrl, 'GET', 'projects/demo/locations/mars');

    expect(used.json).toEqual({ locations: [expected] });
    expect(none.json).toEqual({ locations: [] });
    expect(served.json).toMatchObject({ locations: [{ locationId: 'europe-west1' }] });
    expect(got.json).toEqual(expected);
    expect(missing.status).toBe(404);
  });

  it('lets gcloud take the first one, as where App Engine runs', async () => {
    const { emulator } = await setUp();

    const app = await fetch(`${emulator.restUrl}/v1/apps/demo?alt=json`);

    expect(app.status).toBe(200);
    expect(await app.json()).toMatchObject({ name: 'apps/demo' });
  });
});
