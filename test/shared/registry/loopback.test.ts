import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../../shared/config.ts';
import type { CompanyRegistry, RegistryQuestion } from '../../../shared/registry/company-registry.ts';
import { openRegistries } from '../../../shared/registry/open-registries.ts';
import { openGuardedWeb } from '../../../shared/web/guarded-web.ts';

/** Registers on this machine, reached through the settings and the guarded client that a deployment uses. */
let server: Server;
let web: ReturnType<typeof openGuardedWeb>;
let registries: CompanyRegistry[];
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const config = readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    WEB_TEST_HOSTS: `register.example=127.0.0.1:${port}`,
    VIES_URL: 'https://register.example/rest-api/',
    FRENCH_COMPANIES_URL: 'https://register.example/companies',
  });
  web = openGuardedWeb(config);
  registries = openRegistries(web, config);
});
afterAll(async () => {
  await web.close();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const json = (status: number, body: unknown) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const look = (name: 'vies' | 'french_companies' = 'vies', parts: Partial<RegistryQuestion> = {}) => {
  const registry = registries.find((candidate) => candidate.name === name);
  if (!registry) throw new Error(`no register ${name} was opened`);
  return registry.look({
    ...{ vat_id: 'DE123456788', registered_value: null, name: null, country: null },
    ...parts,
    signal: AbortSignal.timeout(5_000),
  });
};

test('a number that the register knows is found, by one question', async () => {
  answer = json(200, { isValid: true, userError: 'VALID', name: 'NORDLICHT PAPIER GMBH', address: '---' });

  expect(await look()).toMatchObject({
    status: 'found',
    record: { registered_name: 'NORDLICHT PAPIER GMBH', country: 'DE' },
  });
  expect(asked).toEqual(['GET register.example /rest-api/ms/DE/vat/123456788']);
});

test('a number that it does not know is not found', async () => {
  answer = json(200, { isValid: false, userError: 'INVALID' });

  expect(await look()).toEqual({ status: 'not_found' });
});

test.each([
  ['a member state that is away', json(200, { isValid: false, userError: 'MS_UNAVAILABLE' })],
  ['too many questions', json(200, { isValid: false, userError: 'MS_MAX_CONCURRENT_REQ' })],
  ['a broken service', json(503, { message: 'Service Unavailable' })],
  [
    'a page instead of an answer',
    (_: IncomingMessage, response: ServerResponse) => void response.end('<html>'),
  ],
  ['a connection that ends', (request: IncomingMessage) => void request.socket.destroy()],
])('%s says nothing about the number', async (_what, register) => {
  answer = register;

  expect((await look()).status).toBe('unknown');
});

test('a French company is found by the SIREN in its VAT number', async () => {
  answer = json(200, {
    results: [{ siren: '123456782', nom_raison_sociale: 'QUAI SEPT', nature_juridique: '5499' }],
  });

  const found = await look('french_companies', { vat_id: 'FR11123456782' });

  expect(found).toMatchObject({
    status: 'found',
    record: { registered_name: 'QUAI SEPT', legal_form: 'SARL' },
  });
  expect(asked).toEqual(['GET register.example /companies/search?q=123456782&page=1&per_page=10']);
});
