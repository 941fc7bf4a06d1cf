import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server answers once: a chat completion with this text, a bare status, or nothing at all. */
export type ChatAnswer =
  | { text: string; finish?: 'stop' | 'length'; tokens?: { input: number; output: number } }
  | { status: number; headers?: Record<string, string> }
  | 'silence';

interface ChatRequest {
  headers: IncomingHttpHeaders;
  body: { model: string; messages: { role: string; content: string }[]; response_format?: unknown };
}

/** An OpenAI-compatible endpoint on 127.0.0.1 that gives these answers in turn and keeps what it was asked. */
export async function startChatServer(answers: ChatAnswer[]) {
  const requests: ChatRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    const answer = answers.shift() ?? { status: 500 };
    if (answer === 'silence') return;
    if ('status' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify({ error: { message: 'no', type: 'test' } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        id: 'one',
        object: 'chat.completion',
        created: 1_700_000_000,
        model: 'small-1',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: answer.text },
            finish_reason: answer.finish ?? 'stop',
          },
        ],
        usage: {
          prompt_tokens: answer.tokens?.input ?? 100,
          completion_tokens: answer.tokens?.output ?? 10,
          total_tokens: (answer.tokens?.input ?? 100) + (answer.tokens?.output ?? 10),
        },
      }),
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
