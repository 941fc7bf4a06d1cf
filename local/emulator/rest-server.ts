import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './call.ts';
import { answerControl, type Controlled } from './control.ts';
import { ApiError, httpCode, invalid } from './errors.ts';
import { answerLocations } from './locations.ts';
import { answerRest } from './rest-routes.ts';
import type { TokenSigner } from './tokens.ts';

// The largest task, in base64, with room for the rest.
const maxBodyBytes = 4 * 1024 * 1024;

export interface RestOptions extends Controlled {
  host: string;
  port: number;
  call: Call;
  signer: TokenSigner;
  issuer: () => string;
  location: string | undefined;
}

const readBody = async (request: http.IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw invalid('The request is too big.');
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw invalid(`Invalid JSON payload received. ${error instanceof Error ? error.message : ''}`);
  }
  // The real client sends an empty JSON string for an update that sets nothing.
  if (body === '') return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('Invalid JSON payload received. The body must be an object.');
  }
  return body as Record<string, unknown>;
};

const reply = (response: http.ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' });
  response.end(JSON.stringify(body));
};

const errorBody = ({ status, message }: ApiError) => ({ error: { code: httpCode(status), message, status } });

/** Serves the API over REST, the OIDC discovery and the control paths, on one port. */
export const startRest = async (
  options: RestOptions,
): Promise<{ port: number; url: string; stop: () => Promise<void> }> => {
  const { call, signer, issuer } = options;
  let base = '';

  const answer = async (request: http.IncomingMessage): Promise<unknown> => {
    // A page open in a browser can reach this port as well; it must not make the emulator send requests.
    if (request.headers.origin) throw new ApiError('PERMISSION_DENIED', 'Web pages are not served.');
    const url = new URL(request.url ?? '/', base);
    const verb = request.method ?? 'GET';
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return {
          issuer: issuer(),
          jwks_uri: `${base}/.well-known/jwks.json`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        };
      case '/.well-known/jwks.json':
        return signer.jwks();
    }
    const body = await readBody(request);
    return (
      (await answerControl(options, verb, url.pathname, body)) ??
      answerLocations(options.store, options.location, verb, url.pathname) ??
      (await answerRest(call, verb, url, body))
    );
  };

  const server = http.createServer((request, response) => {
    answer(request).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        const known = error instanceof ApiError ? error : new ApiError('INTERNAL', `${error}`);
        reply(response, httpCode(known.status), errorBody(known));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  base = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  return {
    port,
    url: base,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
