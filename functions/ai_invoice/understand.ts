import { createHash } from 'node:crypto';
import type { Model, Usage } from '../../shared/ai/model.ts';
import type { ExtractionRow } from '../../shared/db/document-extractions.ts';
import {
  findStructuredExtraction,
  type StructuredKey,
  saveStructuredExtraction,
  supersedeStructuredExtractions,
} from '../../shared/db/document-structured-extractions.ts';
import type { DocumentRow } from '../../shared/db/documents.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { FailedReading, HaltedReading } from '../../shared/extraction/invoice/invoice.ts';
import type { ReadInvoiceOptions } from '../../shared/extraction/invoice/read-invoice.ts';
import { textOf, unpackDocument } from '../../shared/extraction/pack-document.ts';
import type { readInvoiceDocument } from '../../shared/extraction/read-invoice-document.ts';
import { askModel } from '../../shared/tasks/ask-model.ts';
import type { Run, Tools } from '../../shared/tasks/define-enrichment.ts';
import { addAnswer, INSTRUCTIONS, ModelInvoice, PROMPT_VERSION, wantsModel } from './ask-model.ts';
import { factsOf, type InvoiceFacts } from './facts.ts';
import { mapInvoice } from './map-invoice.ts';
import { SCHEMA_VERSION } from './schema.ts';

/** What a model was asked, for the record; nothing of the document. */
export type ModelUse = { model_id: string; prompt_hash: string; answer_hash: string } & Usage;

/** An invoice that was understood, from the cache or just now. */
export interface Understood {
  invoice: InvoiceFacts;
  model: ModelUse | null;
  /** The model's answers fitted no schema, so that a person has to look. */
  modelRefused: boolean;
  structuredId: string | null;
  cached: boolean;
}

interface Subject {
  run: Pick<Run<unknown>, 'task' | 'workspacePk' | 'signal'>;
  document: DocumentRow;
  extraction: ExtractionRow;
  options: ReadInvoiceOptions;
  force: boolean;
  /** Whether the model may be asked where the evidence leaves something open. */
  allowModel: boolean;
}

/** What reads: the evidence, and the model where there is one. */
export interface Readers {
  documents: { readInvoice: typeof readInvoiceDocument };
  model: Model | null;
}

interface Cached {
  invoice: InvoiceFacts;
  model: ModelUse | null;
}

/**
 * Reads the invoice: what was understood before from the same evidence, else the evidence itself, else the model for
 * what the evidence leaves open. What a model answered is kept at once, so that a run that dies need not ask again.
 */
export async function understand(
  { run, document, extraction, options, force, allowModel }: Subject,
  { read, write, log, model, documents }: Pick<Tools, 'read' | 'write' | 'log'> & Readers,
): Promise<Understood | HaltedReading | FailedReading> {
  const asked = allowModel ? model : null;
  const key: StructuredKey = {
    workspacePk: run.workspacePk,
    documentPk: document.pk,
    family: 'invoice',
    schemaName: 'invoice',
    schemaVersion: SCHEMA_VERSION,
    promptVersion: PROMPT_VERSION,
    modelPolicy: asked?.policy ?? 'none',
    sourceChecksum: extraction.source_checksum ?? '',
    evidenceChecksum: checksumOf([extraction.text, extraction.metadata, options]),
  };
  // With the model where it answered before: that costs nothing now.
  const policies = new Set([model?.policy ?? key.modelPolicy, key.modelPolicy]);
  const known = force ? null : await read((db) => findKnown(db, key, policies));
  if (known) {
    const { invoice, model: used } = known.result as Cached; // written below only
    const structuredId = known.document_structured_extraction_id;
    return { invoice, model: used, modelRefused: false, structuredId, cached: true };
  }

  const text = unpackDocument(extraction.metadata);
  const reading = await documents.readInvoice(text, { ...options, signal: run.signal });
  if (reading.status !== 'extracted') return reading;
  const evidence = factsOf(reading);
  if (!asked || !wantsModel(evidence)) return keep(evidence, null);

  const pages = textOf(text);
  const question = { schema: ModelInvoice, instructions: INSTRUCTIONS, document: pages };
  const answer = await askModel(run, { write, log, model: asked }, question);
  // Not kept: next month, or with a larger budget, the same document may be asked about.
  if (!('usage' in answer))
    return unkept({ ...evidence, flags: [...evidence.flags, 'model_budget_used_up'] }, null);
  const { model_id, prompt_hash, answer_hash, usage } = answer;
  const used = { model_id, prompt_hash, answer_hash, ...usage };
  if ('refused' in answer) return { ...unkept(evidence, used), modelRefused: true };
  return keep(addAnswer(evidence, answer.value, { text: pages, modelId: model_id }), used);

  function unkept(invoice: InvoiceFacts, used: ModelUse | null): Understood {
    return { invoice, model: used, modelRefused: false, structuredId: null, cached: false };
  }

  async function keep(invoice: InvoiceFacts, used: ModelUse | null): Promise<Understood> {
    const { document_structured_extraction_id: structuredId } = await write(async (db) => {
      const saved = await db.one(
        saveStructuredExtraction({
          ...key,
          result: { invoice, model: used } satisfies Cached,
          mapped: mapInvoice(invoice).fields,
          flags: invoice.flags,
        }),
      );
      const keepId = saved.document_structured_extraction_id;
      await db.query(supersedeStructuredExtractions({ ...key, keep: keepId }));
      return saved;
    });
    return { invoice, model: used, modelRefused: false, structuredId, cached: false };
  }
}

async function findKnown(db: Db, key: StructuredKey, policies: Iterable<string>) {
  for (const modelPolicy of policies) {
    const known = await db.maybeOne(findStructuredExtraction({ ...key, modelPolicy }));
    if (known) return known;
  }
  return null;
}

const checksumOf = (evidence: unknown) =>
  `sha256:${createHash('sha256').update(JSON.stringify(evidence)).digest('hex')}`;
