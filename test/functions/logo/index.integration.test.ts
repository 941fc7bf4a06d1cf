import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { logo } from '../../../functions/logo/index.ts';
import type { LogoInput } from '../../../functions/logo/schema.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { getWorker } from '../../../shared/domain/catalogue.ts';
import { WebError } from '../../../shared/web/web.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  insertCompany,
  insertCompanyLogo,
  insertWorkspace,
  type TestCompany,
} from '../../support/factories.ts';
import { memoryStorage } from '../../support/memory-storage.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';
import { mark, outside, siteWithIcon } from './sites.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;
let storage: ReturnType<typeof memoryStorage>;
let runner: ReturnType<typeof testRunner>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url, 4);
  client = await owner(fresh.url);
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
  storage = memoryStorage();
  runner = testRunner(database, { storage });
});

const site = 'nordlicht.example';
const companyAt = (domain: string | null = site) =>
  insertCompany(client, workspacePk, domain ? { domain_normalized: domain } : {});
const enqueue = (entityId: string, input: LogoInput = {}, entityType: 'company' | 'provider' = 'company') =>
  enqueueOne(
    runner,
    workspacePk,
    { enrichment_type: 'logo', entity_type: entityType, entity_id: entityId, input },
    { force: input.force ?? false },
  );
const outputOf = ({ output }: TaskRow) => output as Record<string, unknown>; // what the schema of the worker holds
const find = async (
  { company_id }: Pick<TestCompany, 'company_id'>,
  extra: ReturnType<typeof outside>,
  input: LogoInput = {},
) => {
  const task = await enqueue(company_id, input);
  await deliver(runner, logo, task, extra);
  return taskOf(runner, task);
};
const logosOf = async ({ pk }: TestCompany) =>
  (
    await client.query(
      `select m.media_id, m.path, m.url, m.label, cm.deleted_at is null as live
       from company_media cm join media m on m.pk = cm.media_pk where cm.company_pk = $1 order by cm.pk`,
      [pk],
    )
  ).rows;

test('a logo is stored by its content and given to its company', async () => {
  const company = await companyAt();

  const task = await find(company, await siteWithIcon(site));

  const [given, ...others] = await logosOf(company);
  expect(given).toMatchObject({ path: outputOf(task).path, url: null, label: site, live: true });
  expect(others).toEqual([]);
  expect(storage.files.get(given.path)).toEqual(await mark(180));
  const { rows } = await client.query(
    `select source, confidence from field_provenance where entity_id = $1 and field = 'logo'`,
    [company.company_id],
  );
  expect(rows).toEqual([{ source: 'html', confidence: '0.80' }]);
});

test('companies of a workspace share the picture they have in common', async () => {
  const companies = [await companyAt(), await companyAt('suedlicht.example')];

  for (const [at, company] of companies.entries())
    await find(company, await siteWithIcon(at === 0 ? site : 'suedlicht.example'));

  const [first, second] = await Promise.all(companies.map(logosOf));
  expect(second?.[0].media_id).toBe(first?.[0].media_id);
  expect(storage.files.size).toBe(1);
});

describe('with force', () => {
  test('a logo that was found before gives way to the new one', async () => {
    const company = await companyAt();
    await find(company, await siteWithIcon(site));

    const task = await find(company, await siteWithIcon(site, '#c00'), { force: true });

    expect(task.output).toMatchObject({ status: 'ok' });
    expect(await logosOf(company)).toMatchObject([
      { live: false },
      { live: true, media_id: outputOf(task).media_id },
    ]);
  });

  test('the same logo again changes nothing', async () => {
    const company = await companyAt();
    const before = await find(company, await siteWithIcon(site));

    const task = await find(company, await siteWithIcon(site), { force: true });

    expect(task.output).toMatchObject({ status: 'ok', media_id: outputOf(before).media_id });
    expect(await logosOf(company)).toMatchObject([{ live: true }]);
  });

  test('a logo that a person added stays, beside or without one that was found', async () => {
    const company = await companyAt();
    await find(company, await siteWithIcon(site));
    await insertCompanyLogo(client, workspacePk, company);

    const task = await find(company, await siteWithIcon(site, '#c00'), { force: true });

    expect(task.output).toMatchObject({ halt: { code: 'already_has_logo' } });
    expect(await logosOf(company)).toMatchObject([{ live: true }, { live: true }]);
  });
});

test('a logo that a person adds during the search stays alone', async () => {
  const company = await companyAt();
  const extra = await siteWithIcon(site);
  const { read } = extra.images;
  extra.images.read = async (bytes) => {
    await insertCompanyLogo(client, workspacePk, company);
    return read(bytes);
  };

  const task = await find(company, extra);

  expect(task.output).toMatchObject({ halt: { code: 'already_has_logo' } });
  expect(await logosOf(company)).toHaveLength(1);
});

test('without a domain the company’s own e-mail says where its site is', async () => {
  const company = await companyAt(null);
  for (const value of ['info@gmail.com', 'kontakt@nordlicht.example']) {
    await client.query(
      `with e as (insert into emails (workspace_pk, value) values ($1, $2) returning pk)
       insert into company_emails (workspace_pk, company_pk, email_pk) select $1, $3, pk from e`,
      [workspacePk, value, company.pk],
    );
  }

  expect((await find(company, await siteWithIcon(site))).output).toMatchObject({ status: 'ok' });
});

describe('a site that is down', () => {
  const down = () =>
    outside({
      'https://nordlicht.example/': { status: 503 },
      'http://nordlicht.example/': new WebError('unreachable', 'no answer'),
      'https://www.nordlicht.example/': new WebError('unreachable', 'no such host'),
    });

  test('is tried again, and found when it is back', async () => {
    const company = await companyAt();
    const task = await enqueue(company.company_id);

    expect(await deliver(runner, logo, task, down())).toEqual({ answer: 'retry' });
    await deliver(runner, logo, task, await siteWithIcon(site));

    expect(await taskOf(runner, task)).toMatchObject({ status: 'completed', output: { status: 'ok' } });
  });

  test('shows no logo to the last run', async () => {
    const company = await companyAt();
    const task = await enqueue(company.company_id);

    for (let run = 1; run <= getWorker('logo').maxRuns; run += 1) await deliver(runner, logo, task, down());

    expect(await taskOf(runner, task)).toMatchObject({
      status: 'completed',
      output: { halt: { code: 'logo_not_found', detail: 'no such host' } },
    });
  });
});

test('a provider’s logo belongs to all workspaces, and stays where another one set it', async () => {
  const { rows } = await client.query(
    `insert into providers (name, slug, url) values ('Nordlicht', 'nordlicht', 'https://nordlicht.example/login')
     returning provider_id`,
  );
  const providerId: string = rows[0].provider_id;
  const task = await enqueue(providerId, {}, 'provider');

  await deliver(runner, logo, task, await siteWithIcon(site));
  workspacePk = (await insertWorkspace(client)).pk;
  const second = await enqueue(providerId, { force: true }, 'provider');
  await deliver(runner, logo, second, outside({}));

  const media = await client.query(
    `select m.media_id, m.workspace_pk from providers p join media m on m.pk = p.logo_media_pk where p.provider_id = $1`,
    [providerId],
  );
  const { media_id } = outputOf(await taskOf(runner, task));
  expect(media.rows).toEqual([{ media_id, workspace_pk: null }]);
  expect((await taskOf(runner, second)).output).toMatchObject({ halt: { code: 'already_has_logo' } });
});
