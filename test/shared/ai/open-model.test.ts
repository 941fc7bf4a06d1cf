import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { OAuth2Client } from 'google-auth-library';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { modelOver } from '../../../shared/ai/model-over.ts';
import { type ModelSettings, openModel } from '../../../shared/ai/open-model.ts';
import { ampleBudget } from '../../support/fake-model.ts';
import { type ModelAnswer, startChatServer, startVertexServer } from '../../support/model-servers.ts';

const ask = (document = 'Invoice A-1') => ({
  schema: z.object({ number: z.string().nullable() }),
  instructions: 'Find the number.',
  document,
  signal: new AbortController().signal,
});
const fits = { text: '{"number":"A-1"}' };
const busy = { status: 429, headers: { 'retry-after': '0' } };

const settings: ModelSettings = {
  MODEL_PROVIDER: 'none',
  MODEL_BASE_URL: undefined,
  MODEL_NAME: 'small',
  MODEL_API_KEY: 'key-1',
  MODEL_VERTEX_PROJECT: 'paper-mill',
  MODEL_VERTEX_LOCATION: 'europe-west9',
  GOOGLE_CLOUD_PROJECT: 'elsewhere',
  MODEL_INPUT_PRICE: 2,
  MODEL_OUTPUT_PRICE: 8,
  MODEL_TASK_CALLS_MAX: 6,
  MODEL_TASK_TOKENS_MAX: 200_000,
  MODEL_WORKSPACE_TOKENS_PER_MONTH: 1_000_000,
  MODEL_WORKSPACE_COST_PER_MONTH: 0,
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const overChat = async (...answers: ModelAnswer[]) => {
  const server = await startChatServer(answers);
  closing.push(server.close);
  const opened = await openModel({
    ...settings,
    MODEL_PROVIDER: 'openai_compatible',
    MODEL_BASE_URL: server.url,
  });
  if (!opened) throw new Error('no model');
  return { model: opened, ...server };
};

/** Requests are made for the real host and led to the server; the token is one that ADC could have found. */
const overVertex = async (...answers: ModelAnswer[]) => {
  const server = await startVertexServer(answers);
  closing.push(server.close);
  const asked: string[] = [];
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'adc-token', expiry_date: Date.now() + 3_600_000 });
  const opened = await openModel(
    { ...settings, MODEL_PROVIDER: 'vertex', MODEL_NAME: 'gemini-test' },
    {
      googleAuthOptions: { authClient },
      fetch: (url, init) => {
        asked.push(String(url));
        return fetch(new URL(new URL(String(url)).pathname, server.url), init);
      },
    },
  );
  if (!opened) throw new Error('no model');
  return { model: opened, asked, ...server };
};

test('is no model at all unless one is configured, and then nothing of the SDK is loaded', async () => {
  expect(await openModel(settings)).toBeNull();

  const script = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ resolve: (name, context, next) => { seen.push(name); return next(name, context); } });
    const { openModel } = await import(process.argv[1]);
    await openModel({ MODEL_PROVIDER: 'none' });
    console.log(JSON.stringify(seen));`;
  const module = new URL('../../../shared/ai/open-model.ts', import.meta.url).href;
  const seen = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script, module], { encoding: 'utf8' }),
  ) as string[];
  expect(seen).toContain(module);
  expect(seen.filter((name) => /^ai$|^@ai-sdk|google-auth/.test(name))).toEqual([]);
});

describe.each([
  ['an OpenAI-compatible endpoint', overChat],
  ['Vertex AI', overVertex],
] as const)('over %s', (_name, serve) => {
  test('answers with what it took and what that cost', async () => {
    const { model } = await serve({ ...fits, tokens: { input: 500, output: 20 } });

    expect(await model.extract(ask())).toMatchObject({
      value: { number: 'A-1' },
      usage: { input_tokens: 500, output_tokens: 20, cost: '0.001160' },
    });
  });

  test('charges an endpoint that counts nothing by a guess', async () => {
    const { model } = await serve({ ...fits, tokens: null });

    const { usage } = await model.extract(ask());

    expect(usage.input_tokens).toBeGreaterThan(20);
    expect(usage.output_tokens).toBe(8);
  });

  test('asks again after a 429, once, when the endpoint says so', async () => {
    const { model, requests } = await serve(busy, fits);

    expect(await model.extract(ask())).toMatchObject({ value: { number: 'A-1' } });
    expect(requests).toHaveLength(2);
  });

  test('rejects when the endpoint stays overloaded, after two tries that took nothing', async () => {
    const { model, requests } = await serve(busy, busy, busy);

    await expect(model.extract(ask())).rejects.toMatchObject({
      message: 'the model endpoint answered 429',
      spent: { input_tokens: 0 },
    });
    expect(requests).toHaveLength(2);
  });

  test('rejects when the endpoint is broken', async () => {
    const { model, requests } = await serve(
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 500 },
    );

    await expect(model.extract(ask())).rejects.toThrow('the model endpoint answered 500');
    expect(requests).toHaveLength(2);
  });

  test('rejects at once when the endpoint refuses who asks', async () => {
    const { model, requests } = await serve({ status: 401 });

    await expect(model.extract(ask())).rejects.toThrow('the model endpoint answered 401');
    expect(requests).toHaveLength(1);
  });

  test('cannot tell what an answer took that was none', async () => {
    const { model } = await serve('garbage', 'garbage');

    await expect(model.extract(ask())).rejects.toMatchObject({ name: 'ModelUnavailable', spent: null });
  });

  test('keeps the document and what it is signed with out of its errors', async () => {
    const { model } = await serve({ status: 400 });

    const error = await model.extract(ask('SECRET-LINE')).catch((thrown: unknown) => thrown);

    const told = inspect(error, { depth: 10, showHidden: true });
    expect(told).toContain('answered 400');
    expect(told).not.toMatch(/SECRET-LINE|key-1|adc-token/);
  });

  test('repairs broken JSON', async () => {
    const { model, requests } = await serve({ text: 'The number is {A-1' }, fits);

    expect(await model.extract(ask())).toMatchObject({
      value: { number: 'A-1' },
      usage: { input_tokens: 200, output_tokens: 20 },
    });
    expect(requests).toHaveLength(2);
  });

  test('repairs an answer that was cut', async () => {
    const { model } = await serve({ text: '{"number":"A-', finish: 'length' }, fits);

    expect(await model.extract(ask())).toMatchObject({ value: { number: 'A-1' } });
  });

  test('refuses what is cut twice', async () => {
    const cut = { text: '{"number":"A-', finish: 'length' } as const;
    const { model } = await serve(cut, cut);

    expect(await model.extract(ask())).toMatchObject({
      refused: 'invalid_answer',
      usage: { output_tokens: 20 },
    });
  });

  test('has paid for the answer whose repair was refused', async () => {
    const { model } = await serve({ text: 'nonsense', tokens: { input: 50, output: 5 } }, { status: 400 });

    await expect(model.extract(ask())).rejects.toMatchObject({
      spent: { input_tokens: 50, output_tokens: 5, cost: '0.000140' },
    });
  });

  test('stops when its run is aborted', async () => {
    const { model } = await serve('silence');
    const run = new AbortController();

    const answer = model.extract({ ...ask(), signal: run.signal });
    run.abort(new Error('lease lost'));

    await expect(answer).rejects.toThrow('lease lost');
  });
});

test('an OpenAI-compatible endpoint gets the schema, the key and the name of the model', async () => {
  const { model, requests } = await overChat(fits);

  expect(await model.extract(ask())).toMatchObject({ model_id: 'small-1' });

  expect(requests[0]).toMatchObject({
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer key-1' },
    body: {
      model: 'small',
      response_format: { type: 'json_schema', json_schema: { schema: { properties: { number: {} } } } },
    },
  });
  expect(model.policy).toMatch(/^127\.0\.0\.1:\d+\/small$/);
});

test('Vertex AI gets the schema, the instructions apart from the document, a token and no tools', async () => {
  const { model, requests, asked } = await overVertex(fits);

  expect(await model.extract(ask('Total 12.00'))).toMatchObject({ model_id: 'gemini-test' });

  expect(asked).toEqual([
    'https://europe-west9-aiplatform.googleapis.com/v1beta1/projects/paper-mill/locations/europe-west9/publishers/google/models/gemini-test:generateContent',
  ]);
  const [request] = requests;
  expect(request).toMatchObject({
    headers: { authorization: 'Bearer adc-token' },
    body: {
      systemInstruction: { parts: [{ text: 'Find the number.' }] },
      contents: [{ role: 'user', parts: [{ text: expect.stringContaining('Total 12.00') }] }],
      generationConfig: {
        temperature: 0,
        responseMimeType: 'application/json',
        responseJsonSchema: { properties: { number: {} } },
      },
    },
  });
  expect(request?.body.tools).toBeUndefined();
  expect(model.policy).toBe('vertex/europe-west9/gemini-test');
});

test('Vertex AI that blocks a document has no answer', async () => {
  const blocked = { text: '', finish: 'blocked' } as const;
  const { model } = await overVertex(blocked, blocked);

  expect(await model.extract(ask())).toMatchObject({ refused: 'invalid_answer' });
});

test('an endpoint that never answers is given up', async () => {
  const { url, close } = await startChatServer(['silence']);
  closing.push(close);
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const chat = createOpenAICompatible({ name: 'slow', baseURL: url }).chatModel('small');

  const model = modelOver(chat, { policy: 'p', budget: ampleBudget, timeoutMs: 30 });

  await expect(model.extract(ask())).rejects.toThrow(/timeout|aborted/i);
});
