import { z } from 'zod';
import { type Model, ModelUnavailable, type Usage } from '../../shared/ai/model.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { foldText } from '../../shared/domain/names.ts';
import { legalFormIn } from '../../shared/extraction/site/legal-forms.ts';
import { askModel } from '../../shared/tasks/ask-model.ts';
import type { Run, Tools } from '../../shared/tasks/define-enrichment.ts';
import type { Evidence, HeadField } from './evidence.ts';
import type { AiCompanyInput } from './schema.ts';
import { clip, DESCRIPTION_MAX, NAME_MAX } from './texts.ts';
import type { FoundFields } from './weigh.ts';

/** What a model was asked, for the record; nothing of the site. */
export type ModelUse = { model_id: string; prompt_hash: string; answer_hash: string } & Usage;

const asked = ['description', 'trade_name', 'business_type'] as const satisfies readonly HeadField[];

/** What a model may say of a company; what it is for is asked of the site's own words alone. */
export const ModelCompany = z.object({
  description: z.string().max(2_000).nullable(),
  trade_name: z.string().max(500).nullable(),
  business_type: z.string().max(200).nullable(),
});
export type ModelCompany = z.output<typeof ModelCompany>;

const INSTRUCTIONS =
  'The document is the text of a company web site. Say what it states about the company that runs the site: ' +
  'description (one or two sentences copied from the document that say what the company does), trade_name (the name it ' +
  'goes by), business_type (its legal form, such as SAS or GmbH). Copy values as the document writes them. Use null ' +
  'for whatever it does not state; never guess or complete a value.';

/** Confidence of what a model says: alone too little to be written, and when the site holds the same words. */
const ALONE = 0.6;
const STANDS_IN_TEXT = 0.75;

/** Runs that wait for a model that is away; after them the task goes on without it. */
const PATIENT_RUNS = 2;

const standsIn = (text: string, value: string) => ` ${foldText(text)} `.includes(` ${foldText(value)} `);

const usable = (field: (typeof asked)[number], said: string | null): string | null => {
  if (!said || foldText(said) === '') return null;
  if (field === 'business_type') return legalFormIn(said);
  return clip(said, field === 'description' ? DESCRIPTION_MAX : NAME_MAX);
};

/** A model's answer as evidence: only fields that were asked for, weak where the text does not hold the words. */
export const answerEvidence = (
  answer: ModelCompany,
  { text, fields, modelId }: { text: string; fields: readonly HeadField[]; modelId: string },
): Evidence[] =>
  asked.flatMap((field): Evidence[] => {
    const said = answer[field];
    const value = fields.includes(field) ? usable(field, said) : null;
    if (!said || value === null) return [];
    const confidence = standsIn(text, said) ? STANDS_IN_TEXT : ALONE;
    return [{ field, value, confidence, source: 'model', witness: 'model', evidence: `model ${modelId}` }];
  });

/** Asks for what the evidence leaves open, of what is wanted; says nothing where no model is or may be asked. */
export async function askAboutCompany(
  run: Run<AiCompanyInput>,
  tools: Pick<Tools, 'write' | 'log'> & { model: Model | null },
  { text, found, wanted }: { text: string; found: FoundFields; wanted: readonly HeadField[] },
): Promise<{ evidence: Evidence[]; use: ModelUse | null; flags: string[] }> {
  const nothing = { evidence: [], use: null };
  const fields = asked.filter(
    (field) => wanted.includes(field) && (found[field]?.confidence ?? 0) < CONFIDENCE_FILL,
  );
  if (!tools.model || fields.length === 0 || text === '') return { ...nothing, flags: [] };
  const question = { schema: ModelCompany, instructions: INSTRUCTIONS, document: text };
  const reply = await askModel(run, tools, question).catch((error: unknown) => {
    if (error instanceof ModelUnavailable && run.task.attempt > PATIENT_RUNS)
      return { refused: 'unavailable' as const };
    throw error;
  });
  if (!('model_id' in reply)) return { ...nothing, flags: [`model_${reply.refused}`] };
  const { model_id, prompt_hash, answer_hash, usage } = reply;
  const use = { model_id, prompt_hash, answer_hash, ...usage };
  if ('refused' in reply) return { evidence: [], use, flags: [`model_${reply.refused}`] };
  return { evidence: answerEvidence(reply.value, { text, fields, modelId: model_id }), use, flags: [] };
}
