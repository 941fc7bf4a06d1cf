import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server answers once: this text, a bare status, a body that is no JSON, or nothing at all. */
export type ModelAnswer =
  | {
      text: string;
      finish?: 'stop' | 'length' | 'blocked';
      tokens?: { input: number; output: number } | null;
    }
  | { status: number; headers?: Record<string, string> }
  | 'garbage'
  | 'silence';

/** A question as it came over the wire. */
export interface Received<Body> {
  path: string;
  headers: IncomingHttpHeaders;
  body: Body;
}

export interface ChatBody {
  model: string;
  messages: { role: string; content: string }[];
  response_format?: unknown;
}

export interface VertexBody {
  systemInstruction?: { parts: { text: string }[] };
  contents: { role: string; parts: { text: string }[] }[];
  generationConfig: Record<string, unknown>;
  tools?: unknown;
}

type Said = Extract<ModelAnswer, { text: string }>;

/** Answers in turn, or whatever a function makes of the question. */
export type Answers<Body> = ModelAnswer[] | ((body: Body) => ModelAnswer);

/** An OpenAI-compatible endpoint on 127.0.0.1; `url` is its base. */
export const startChatServer = (answers: Answers<ChatBody>) =>
  startServer('/v1', answers, ({ text, finish = 'stop', tokens = { input: 100, output: 10 } }) => ({
    id: 'one',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'small-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
    ...(tokens && {
      usage: {
        prompt_tokens: tokens.input,
        completion_tokens: tokens.output,
        total_tokens: tokens.input + tokens.output,
      },
    }),
  }));

/** Vertex AI's `generateContent` on 127.0.0.1; `url` is its origin. */
export const startVertexServer = (answers: Answers<VertexBody>) =>
  startServer('', answers, ({ text, finish = 'stop', tokens = { input: 100, output: 10 } }) => ({
    ...(finish === 'blocked'
      ? { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }
      : {
          candidates: [
            {
              content: { role: 'model', parts: [{ text }] },
              finishReason: finish === 'length' ? 'MAX_TOKENS' : 'STOP',
              avgLogprobs: -0.1,
            },
          ],
        }),
    ...(tokens && {
      usageMetadata: {
        promptTokenCount: tokens.input,
        candidatesTokenCount: tokens.output,
        totalTokenCount: tokens.input + tokens.output,
        trafficType: 'ON_DEMAND',
      },
    }),
    modelVersion: 'gemini-test-001',
    createTime: '2026-03-02T08:00:00.000000Z',
    responseId: 'one',
  }));

async function startServer<Body>(base: string, answers: Answers<Body>, completion: (said: Said) => object) {
  const requests: Received<Body>[] = [];
  const next = typeof answers === 'function' ? answers : () => answers.shift() ?? { status: 500 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body; // what the SDK sends
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    const answer = next(body);
    if (answer === 'silence') return;
    if (answer === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>gateway</html>');
      return;
    }
    const status = 'status' in answer ? answer.status : 200;
    const headers = 'status' in answer ? answer.headers : {};
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    const error = { code: status, message: 'no', status: 'TEST', type: 'test' };
    response.end(JSON.stringify('status' in answer ? { error } : completion(answer)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    requests,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
