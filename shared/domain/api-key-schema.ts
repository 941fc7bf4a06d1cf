import { z } from 'zod';
import { linkTo, Moment, PublicId, system } from './schema-parts.ts';

const attributes = z.strictObject({
  api_key_id: system(PublicId, 'Public stable identifier of the key.'),
  name: z.string().max(255).describe('What people call the key.'),
  prefix: system(z.string(), 'Beginning of the key, by which people recognise it.'),
  created_at: system(Moment, 'When the key was made.'),
  updated_at: system(Moment.nullable(), 'When the key was last changed; being used is no change.'),
  last_used_at: system(Moment.nullable(), 'When the key was last used, to the hour; null when it never was.'),
  expires_at: Moment.nullable().describe('From when on the key proves nothing; null for no end.'),
  deleted_at: system(Moment.nullable(), 'Soft-delete timestamp.'),
});

const relationships = z.strictObject({
  people: linkTo('people').describe('The member that the key acts as, with their role.'),
  workspace: linkTo('workspace').describe('The one workspace that the key acts in.'),
});

const EXAMPLE_ID = 'c5d1f0aa-3a7e-4f0e-9a55-2f1f4b7c9d10';
const example = {
  api_key_id: EXAMPLE_ID,
  name: 'Nightly import',
  prefix: 'wsk_3fQz81LxT0a',
  created_at: '2026-06-02T09:14:58.123Z',
  updated_at: '2026-06-02T09:14:58.123Z',
  last_used_at: null,
  expires_at: '2027-06-01T00:00:00.000Z',
  deleted_at: null,
};
const links = {
  people: { data: { type: 'people', id: 'd8b1a4f2-11cc-4e77-b933-abc123456789' } },
  workspace: { data: { type: 'workspace', id: '7e91cd02-0a3b-4f55-8811-fedcba987654' } },
};

/** An API key as callers see it: nothing in it proves anything. */
export const ApiKey = z
  .strictObject({ type: z.literal('api_key'), id: PublicId, attributes, relationships })
  .meta({
    id: 'ApiKey',
    description: 'What a program calls with: it acts as one member, in one workspace.',
    examples: [{ type: 'api_key', id: EXAMPLE_ID, attributes: example, relationships: links }],
  });
export type ApiKey = z.output<typeof ApiKey>;

/** A key as it is answered to who made it: the only time that its secret is shown. */
export const CreatedApiKey = z
  .strictObject({
    type: z.literal('api_key'),
    id: PublicId,
    attributes: attributes.extend({
      secret: system(
        z.string().nullable(),
        'The key itself, to send as bearer token. Shown once: null when the same request is answered again.',
      ),
    }),
    relationships,
  })
  .meta({ id: 'CreatedApiKey', description: 'A new API key with its secret.' });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;
