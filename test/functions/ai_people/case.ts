import { randomUUID } from 'node:crypto';
import { insertCompany, insertPerson, insertPersonEmail } from '../../support/factories.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

const asked = (personId: string, input: Record<string, unknown> = {}): Arranged['task'] => ({
  enrichment_type: 'ai_people',
  entity_type: 'person',
  entity_id: personId,
  input: { person_id: personId, ...input },
});

/** Somebody of whom nothing is known but an address. */
const addressed = async ({ client, workspacePk }: World, value: string) => {
  const [local = ''] = value.split('@');
  const names = { full_name: local, first_name: local, last_name: '' };
  const person = await insertPerson(client, workspacePk, names);
  await insertPersonEmail(client, workspacePk, { personPk: person.pk, value });
  return person;
};

const halting =
  (value: string, input: Record<string, unknown> = {}): Scene =>
  async (world) => ({
    task: asked((await addressed(world, value)).person_id, input),
    expected: { status: 'completed', followUps: [] },
  });

const refused =
  (input: Record<string, unknown>): Scene =>
  async (world) => ({
    task: asked((await addressed(world, 'ada@works.example')).person_id, input),
    expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
  });

export const aiPeopleCase: WorkerCase = {
  type: 'ai_people',

  success: async (world) => {
    const { client, workspacePk } = world;
    const employer = await insertCompany(client, workspacePk, { domain_normalized: 'works.example' });
    const { person_id } = await addressed(world, 'ada@works.example');
    const signature = 'Best regards,\nAda LOVELACE\nHead of Engines\n+33 6 12 34 56 78\nlinkedin.com/in/ada';
    return {
      task: asked(person_id, { hints: { signature, email: '"Lovelace, Ada" <ada@private.example>' } }),
      extra: { model: null },
      expected: {
        status: 'completed',
        output: {
          status: 'ok',
          applied: ['first_name', 'last_name', 'full_name', 'job_title', 'emails', 'phones', 'web_links'],
          skipped: [],
          links: [{ company_id: employer.company_id, relationship_type: 'employee' }],
          confidence: {
            ...{ first_name: 0.9, last_name: 0.9, full_name: 0.9, job_title: 0.8 },
            ...{ emails: 0.8, phones: 0.8, web_links: 0.8, companies: 0.8 },
          },
        },
        followUps: [{ enrichment_type: 'reconcile', entity_type: 'person', entity_id: person_id }],
      },
    };
  },

  halts: {
    insufficient_features: async ({ client, workspacePk }) => ({
      task: asked((await insertPerson(client, workspacePk)).person_id),
      expected: { status: 'completed', followUps: [] },
    }),
    no_match: halting('billing@works.example', { hints: { phone: '+33 6 12 34 56 78' } }),
    nothing_to_fill: async ({ client, workspacePk }) => {
      const { person_id } = await insertPerson(client, workspacePk, { job_title: 'Countess' });
      return {
        task: asked(person_id, { hints: { job_title: 'Head of Engines' } }),
        extra: { model: null },
        expected: {
          status: 'completed',
          output: { applied: [], skipped: [{ field: 'job_title', reason: 'user_value' }] },
          followUps: [],
        },
      };
    },
  },

  failures: {
    'another person in the input': refused({ person_id: randomUUID() }),
    'hints that are none': refused({ hints: 'Ada' }),
    'a person who was deleted meanwhile': async (world) => {
      const { person_id, pk } = await addressed(world, 'ada@works.example');
      return {
        task: asked(person_id),
        meanwhile: () => world.client.query('update peoples set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
  },
};
