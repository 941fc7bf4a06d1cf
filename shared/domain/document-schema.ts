import { z } from 'zod';
import { Moment, maybeLinkTo, PublicId, system } from './schema-parts.ts';

/** An uploaded document as callers see it. */
export const Document = z
  .strictObject({
    type: z.literal('document'),
    id: PublicId,
    attributes: z.strictObject({
      filename: z.string().describe('Name to show and to save under.'),
      local_file_name: system(z.string(), 'Name of the stored content: equal for equal bytes.'),
      type: system(z.string(), 'Media type, found out from the bytes.'),
      size: system(z.int().nonnegative(), 'Bytes.'),
      workspace_id: system(PublicId, 'The Workspace that owns the document.'),
      uploaded_at: system(Moment, 'When the document was uploaded.'),
      document_type: z
        .string()
        .nullable()
        .describe('UN/EDIFACT 1001 code such as 380, or `receipt`; null until it is known.'),
    }),
    links: z.strictObject({ download: z.url().describe('Where the file can be fetched for an hour.') }),
    relationships: z.strictObject({
      collect: maybeLinkTo('collect').describe('The Collect that found the document.'),
    }),
  })
  .meta({
    id: 'Document',
    description: 'A file that a person, the extension or an import brought in.',
    examples: [
      {
        type: 'document',
        id: '3f0c9c70-6a57-4c1c-8a0f-2f6f5b1d7c11',
        attributes: {
          filename: 'invoice-2026-0042.pdf',
          local_file_name: '9b74c9897bac770ffc029102a200c5de77e1d0c1c8f3f7b6a5e4d3c2b1a09f8e',
          type: 'application/pdf',
          size: 48213,
          workspace_id: '7e91cd02-0a3b-4f55-8811-fedcba987654',
          uploaded_at: '2026-06-02T09:15:04.120Z',
          document_type: '380',
        },
        links: { download: 'https://files.example/invoice-2026-0042.pdf?signature=abc' },
        relationships: {
          collect: { data: { type: 'collect', id: 'a3f7c2e1-84b0-4d9e-9c12-1e8f7a3b5d22' } },
        },
      },
    ],
  });
export type Document = z.output<typeof Document>;
