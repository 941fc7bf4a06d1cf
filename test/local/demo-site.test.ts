import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoSites, startDemoSites } from '../../local/demo-site.ts';
import { readConfig } from '../../shared/config.ts';
import { openGuardedWeb } from '../../shared/web/guarded-web.ts';

let sites: DemoSites;
beforeAll(async () => {
  sites = await startDemoSites();
});
afterAll(() => sites.stop());

const get = async (url: string) => {
  const config = readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
    WEB_TEST_HOSTS: sites.testHosts,
  });
  const web = openGuardedWeb(config);
  const answer = await web.get({ url, signal: AbortSignal.timeout(5_000) });
  await web.close();
  return { status: answer.status, text: Buffer.from(answer.body).toString() };
};

test('a supplier of the demo has a page, a legal notice and a logo', async () => {
  const home = await get('https://nordlicht-papier.example/');
  const legal = await get('https://nordlicht-papier.example/legal');
  const logo = await get('https://nordlicht-papier.example/logo.svg');

  expect([home, legal, logo].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(home.text).toContain('"@type":"Organization"');
  expect(legal.text).toContain('DE123456788');
});

test('no other page is there', async () => {
  expect((await get('https://nordlicht-papier.example/admin')).status).toBe(404);
});
