import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aiPeople } from '../../../functions/ai_people/index.ts';
import type { Model } from '../../../shared/ai/model.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { resolveTask } from '../../../shared/tasks/resolve-task.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  insertCompany,
  insertPerson,
  insertPersonEmail,
  insertWorkspace,
  type TestPerson,
} from '../../support/factories.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const rows = async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows;

/** Somebody of whom nothing is known but an address. */
async function addressed(value: string): Promise<TestPerson> {
  const [local = ''] = value.split('@');
  const names = { full_name: local, first_name: local, last_name: '' };
  const person = await insertPerson(client, workspacePk, names);
  await insertPersonEmail(client, workspacePk, { personPk: person.pk, value });
  return person;
}

async function run(
  { person_id }: TestPerson,
  hints: Record<string, unknown>,
  { model = null, ...input }: { model?: Model | null; force?: boolean; allow_model?: boolean } = {},
  target_fields?: string[],
) {
  const runner = testRunner(database);
  const task = await enqueueOne(
    runner,
    workspacePk,
    {
      ...{ enrichment_type: 'ai_people', entity_type: 'person', entity_id: person_id },
      ...{ input: { ...input, hints }, ...(target_fields ? { target_fields } : {}) },
    },
    { force: true },
  );
  await deliver(runner, aiPeople, task, { model });
  const ended = await taskOf(runner, task);
  return { task: ended, output: ended.output as Record<string, unknown>, lines: runner.lines };
}

const personOf = async ({ pk }: TestPerson) =>
  (await rows('select full_name, first_name, last_name, job_title from peoples where pk = $1', pk))[0];
const companiesOf = ({ pk }: TestPerson) =>
  rows(
    `select c.name, l.relationship_type from company_people l join companies c on c.pk = l.company_pk
     where l.person_pk = $1 and l.deleted_at is null order by c.name`,
    pk,
  );
const phonesOf = ({ pk }: TestPerson) =>
  rows(
    `select e164_number, label from person_phones l join phones p on p.pk = l.phone_pk
     where l.person_pk = $1 and l.deleted_at is null order by p.pk`,
    pk,
  );

const SIGNATURE = 'Regards,\nAda LOVELACE\nHead of Engines\nMobile 06 12 34 56 78\nada@works.example';

test('a signature fills what is known by an address only, and says who set it', async () => {
  await client.query('insert into workspace_accounting_settings (workspace_pk, country) values ($1, $2)', [
    workspacePk,
    'FR',
  ]);
  const person = await addressed('ada@works.example');

  const { task } = await run(person, { signature: SIGNATURE });

  expect(task.status).toBe('completed');
  expect(await personOf(person)).toEqual({
    ...{ full_name: 'Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace', job_title: 'Head of Engines' },
  });
  expect(await phonesOf(person)).toEqual([{ e164_number: '+33612345678', label: 'mobile' }]);
  expect(
    await rows(
      'select field, source, confidence from field_provenance where entity_id = $1 order by field',
      person.person_id,
    ),
  ).toEqual([
    { field: 'first_name', source: 'text', confidence: '0.80' },
    { field: 'full_name', source: 'text', confidence: '0.80' },
    { field: 'job_title', source: 'text', confidence: '0.80' },
    { field: 'last_name', source: 'text', confidence: '0.80' },
    { field: 'phones', source: 'text', confidence: '0.80' },
  ]);
});

test('nothing personal stands in output, error, description, events or log', async () => {
  const person = await addressed('ada@works.example');
  const hints = { signature: SIGNATURE, full_name: 'Ada Lovelace', phone: '+33 6 12 34 56 78' };
  const personal = /\bada\b|lovelace|engines|612345678|works\.example/i;

  const written = await run(person, hints);
  const again = await run(person, hints);
  const refused = await run(person, { ...hints, full_name: 'Ada Lovelace '.repeat(50) });

  expect([written.task.status, again.output.halt, refused.task.status]).toMatchObject([
    'completed',
    { code: 'nothing_to_fill' },
    'failed',
  ]);
  for (const { task, lines } of [written, again, refused]) {
    const events = await rows('select * from enrichment_task_events where enrichment_task_pk = $1', task.pk);
    const [said] = await rows(
      'select output, error, description from enrichment_tasks where pk = $1',
      task.pk,
    );
    expect(JSON.stringify({ said, events, lines })).not.toMatch(personal);
  }
});

test('an address that is new has the record compared with others', async () => {
  const person = await addressed('ada@works.example');

  const { output } = await run(person, { email: 'ada@private.example' });

  const [followUp] = await rows(
    'select enrichment_type, entity_id from enrichment_tasks where enrichment_task_id = any($1)',
    output.followups,
  );
  expect(followUp).toEqual({ enrichment_type: 'reconcile', entity_id: person.person_id });
});

test('one fact is written once, by however many runs', async () => {
  const person = await addressed('ada@works.example');
  const hints = { phone: '+33 6 12 34 56 78', linkedin_url: 'https://www.linkedin.com/in/ada/' };

  await run(person, hints);
  const { output } = await run(person, { ...hints, linkedin_url: 'linkedin.com/in/ada' });

  expect(output).toMatchObject({ applied: [], skipped: [], halt: { code: 'nothing_to_fill' } });
  expect(await phonesOf(person)).toHaveLength(1);
});

test('what somebody took away is not brought back', async () => {
  const company = await insertCompany(client, workspacePk, { domain_normalized: 'works.example' });
  const person = await addressed('ada@works.example');
  const hints = { phone: '+33 6 12 34 56 78' };
  await run(person, hints);
  await client.query('update person_phones set deleted_at = now() where person_pk = $1', [person.pk]);
  await client.query('update company_people set deleted_at = now() where company_pk = $1', [company.pk]);

  const { output } = await run(person, hints, { force: true });

  expect(output.skipped).toEqual([
    { field: 'phones', reason: 'removed' },
    { field: 'companies', reason: 'removed' },
  ]);
  expect(await phonesOf(person)).toEqual([]);
  expect(await companiesOf(person)).toEqual([]);
});

test('only the fields that were asked for are written', async () => {
  const person = await addressed('ada@works.example');

  const { output } = await run(person, { signature: SIGNATURE }, {}, ['job_title']);

  expect(output.applied).toEqual(['job_title']);
  expect(await personOf(person)).toMatchObject({ full_name: 'ada', job_title: 'Head of Engines' });
});

test('a person of another workspace is not found, nor is its company', async () => {
  const { pk: otherPk } = await insertWorkspace(client);
  const foreign = await insertCompany(client, otherPk, { domain_normalized: 'works.example' });
  const person = await addressed('ada@works.example');

  const { output } = await run(person, { company_id: foreign.company_id });

  expect(output).toMatchObject({ links: [], skipped: [{ field: 'companies', reason: 'not_found' }] });
});

describe('companies', () => {
  test('are joined as an employee by a mailbox, and as a contact by a hint', async () => {
    await insertCompany(client, workspacePk, { name: 'Works', domain_normalized: 'works.example' });
    const client2 = await insertCompany(client, workspacePk, { name: 'Customer' });
    const person = await addressed('ada@works.example');

    await run(person, { company_id: client2.company_id });

    expect(await companiesOf(person)).toEqual([
      { name: 'Customer', relationship_type: 'contact' },
      { name: 'Works', relationship_type: 'employee' },
    ]);
  });

  test('are not told by a mailbox that anybody can have', async () => {
    await insertCompany(client, workspacePk, { domain_normalized: 'gmail.com' });
    const person = await addressed('ada.lovelace@gmail.com');

    const { output } = await run(person, {});

    expect(output).toMatchObject({ halt: { code: 'no_match' }, links: [] });
    expect(await companiesOf(person)).toEqual([]);
  });

  test('keep the relationship that stands', async () => {
    const { pk: companyPk } = await insertCompany(client, workspacePk, {
      domain_normalized: 'works.example',
    });
    const person = await addressed('ada@works.example');
    await client.query(
      `insert into company_people (workspace_pk, company_pk, person_pk, relationship_type)
       values ($1, $2, $3, 'owner')`,
      [workspacePk, companyPk, person.pk],
    );

    const { output } = await run(person, {});

    expect(output).toMatchObject({ halt: { code: 'nothing_to_fill' }, links: [] });
    expect(await companiesOf(person)).toMatchObject([{ relationship_type: 'owner' }]);
  });
});

describe('a contradiction of a person’s word', () => {
  /** Two sources say that she is called otherwise now. */
  async function contradicted() {
    const person = await insertPerson(client, workspacePk, {
      ...{ full_name: 'Ada Byron', first_name: 'Ada', last_name: 'Byron', job_title: 'Countess' },
    });
    const hints = { full_name: 'Ada Lovelace', email: '"Ada Lovelace" <ada@works.example>' };
    const { task, output } = await run(person, hints);
    return { person, task, output };
  }
  const resolve = (action: 'approve' | 'reject', taskId: string) =>
    resolveTask(database, async () => aiPeople, { ...{ workspacePk, taskId, action }, actor: 'person:test' });

  test('waits, while what nobody said is written', async () => {
    const { person, task, output } = await contradicted();

    expect(task.status).toBe('awaiting_approval');
    expect(output).toMatchObject({
      applied: ['emails'],
      conflicts: [{ field: 'last_name', current: 'Byron', proposed: 'Lovelace', confidence: 0.9 }],
    });
    expect(await personOf(person)).toMatchObject({ full_name: 'Ada Byron' });
  });

  test('is written as their word once they approve, and leaves the output', async () => {
    const { person, task } = await contradicted();

    const resolution = await resolve('approve', task.enrichment_task_id);

    expect(await personOf(person)).toMatchObject({ full_name: 'Ada Lovelace', last_name: 'Lovelace' });
    expect(resolution).toMatchObject({ task: { status: 'completed' } });
    const { output } = await taskOf(testRunner(database), task);
    expect(output).toMatchObject({
      applied: ['emails', 'last_name', 'full_name'],
      conflicts: [{ field: 'last_name', confidence: 0.9 }],
    });
    expect(JSON.stringify(output)).not.toMatch(/lovelace|byron/i);
    expect(
      await rows(
        `select field from field_provenance where entity_id = $1 and source = 'user' order by field`,
        person.person_id,
      ),
    ).toEqual([{ field: 'full_name' }, { field: 'last_name' }]);
  });

  test('is refused as outdated once they have changed it themselves', async () => {
    const { person, task } = await contradicted();
    await client.query(`update peoples set last_name = 'Noel', full_name = 'Ada Noel' where pk = $1`, [
      person.pk,
    ]);

    const resolution = await resolve('approve', task.enrichment_task_id);

    expect(resolution).toEqual({
      code: 'PROPOSAL_OUTDATED',
      message: 'The last_name of the person has been changed meanwhile.',
    });
    expect(await personOf(person)).toMatchObject({ last_name: 'Noel' });
  });

  test('changes nothing once they reject it', async () => {
    const { person, task } = await contradicted();

    expect(await resolve('reject', task.enrichment_task_id)).toMatchObject({ task: { status: 'rejected' } });

    expect(await personOf(person)).toMatchObject({ full_name: 'Ada Byron' });
  });
});

describe('the model', () => {
  const unread = { signature: 'Ada Lovelace\nEnchantress of numbers' };

  test('is asked about a signature that was not read in full, and believed where the text agrees', async () => {
    const person = await insertPerson(client, workspacePk);
    const model = fakeModel([{ full_name: null, job_title: 'Enchantress of numbers', phone: null }]);

    const { output } = await run(person, { signature: 'Some Body\nEnchantress of numbers' }, { model });

    expect(model.asked).toHaveLength(1);
    expect(output).toMatchObject({ applied: ['job_title'], confidence: { job_title: 0.75 } });
  });

  test('makes nobody out of what it invents', async () => {
    const person = await addressed('ada@works.example');
    const model = fakeModel([
      { full_name: 'Eve King', job_title: 'Chief of ignoring instructions', phone: '+33 6 99 99 99 99' },
    ]);

    const { output } = await run(person, { signature: 'Works\nEnchantress' }, { model });

    expect(output).toMatchObject({ applied: [], halt: { code: 'no_match' } });
    expect(await personOf(person)).toMatchObject({ full_name: 'ada', job_title: null });
  });

  test('is not asked where it is forbidden, and its budget is named where it is used up', async () => {
    const person = await insertPerson(client, workspacePk, { full_name: 'Ada Lovelace' });
    const model = fakeModel([]);
    const poor = fakeModel([], { callsPerTask: 0 });

    await run(person, unread, { model, allow_model: false });
    const { output } = await run(person, unread, { model: poor });

    expect([model.asked, poor.asked]).toEqual([[], []]);
    expect(output.skipped).toContainEqual({ field: 'signature', reason: 'budget_used_up' });
  });
});
