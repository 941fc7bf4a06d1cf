import { z } from 'zod';
import { CollectStatus } from './collect-states.ts';
import { linkTo, Moment, maybeLinkTo, PublicId, system } from './schema-parts.ts';

/** A collect as callers see it, with the words and the example of the Collect object reference. */
export const Collect = z
  .strictObject({
    type: z.literal('collect'),
    id: PublicId,
    attributes: z.strictObject({
      collect_id: system(
        PublicId,
        'Public stable identifier for the collect run. Made by the server; never user-supplied.',
      ),
      provider: z
        .string()
        .max(255)
        .nullable()
        .describe(
          'Slug identifying the data-collection provider or browser extension surface that initiated the run, such as `linkedin` or `popup`. Null for manual or legacy rows.',
        ),
      status: CollectStatus,
      started_at: Moment.nullable().describe(
        'When the run began active processing. Set by the client; null until the extension begins extraction.',
      ),
      ended_at: Moment.nullable().describe(
        'When the run reached a terminal state. Set by the client alongside the status.',
      ),
      created_at: system(Moment, 'Row creation timestamp; never user-editable.'),
      updated_at: system(Moment.nullable(), 'Last modification timestamp, set on every update.'),
      deleted_at: system(Moment.nullable(), 'Soft-delete timestamp. When set, no query finds the row.'),
    }),
    relationships: z.strictObject({
      people: linkTo('people').describe(
        'The People record being enriched during this run: the person of the authenticated user.',
      ),
      workspace: linkTo('workspace').describe(
        'The Workspace this run belongs to, stamped once at creation and never re-derived.',
      ),
      task: maybeLinkTo('task').describe(
        'The Task that triggered this run. Null for manual, popup and side-panel collections.',
      ),
    }),
  })
  .meta({
    id: 'Collect',
    description:
      'A single data-collection run initiated by an authenticated user, typically driven by the browser extension.',
    examples: [
      {
        type: 'collect',
        id: 'a3f7c2e1-84b0-4d9e-9c12-1e8f7a3b5d22',
        attributes: {
          collect_id: 'a3f7c2e1-84b0-4d9e-9c12-1e8f7a3b5d22',
          provider: 'linkedin',
          status: 'in_progress',
          started_at: '2026-06-02T09:15:00.000Z',
          ended_at: null,
          created_at: '2026-06-02T09:14:58.123Z',
          updated_at: '2026-06-02T09:15:01.450Z',
          deleted_at: null,
        },
        relationships: {
          people: { data: { type: 'people', id: 'd8b1a4f2-11cc-4e77-b933-abc123456789' } },
          workspace: { data: { type: 'workspace', id: '7e91cd02-0a3b-4f55-8811-fedcba987654' } },
          task: { data: null },
        },
      },
    ],
  });
export type Collect = z.output<typeof Collect>;
