import { z } from 'zod';

/** What users write into the configs of a column or rule: a text, a rich-text tree, or an object around one. */

/** A text as it reads, and the fields that it mentions by their paths. */
export interface Written {
  text: string;
  mentions: string[];
}

/** Nodes of a rich-text tree that are read at most. */
const NODES_MAX = 5_000;

const Node = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  attrs: z.looseObject({ id: z.string().optional(), label: z.string().nullish() }).nullish(),
  content: z.array(z.unknown()).optional(),
});

const blocks = new Set(['paragraph', 'heading', 'listItem', 'blockquote', 'codeBlock', 'hardBreak']);

/** The text nodes of a tree in their order, with mentions as paths and a line per block; markup says nothing. */
function flatten(root: unknown): Written {
  const mentions: string[] = [];
  let text = '';
  let left = NODES_MAX;
  const stack: unknown[] = [root];
  while (stack.length > 0 && left > 0) {
    left -= 1;
    const node = Node.safeParse(stack.pop()).data;
    if (!node) continue;
    if (blocks.has(node.type) && text !== '' && !text.endsWith('\n')) text += '\n';
    if (node.type === 'text') text += node.text ?? '';
    if (node.type === 'mention' && node.attrs?.id) {
      mentions.push(node.attrs.id);
      text += node.attrs.id;
    }
    stack.push(...(node.content ?? []).toReversed());
  }
  return { text: text.trim(), mentions };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Configs also come as JSON within a string. */
function parsed(config: unknown): unknown {
  if (typeof config !== 'string' || !/^\s*\{/.test(config)) return config;
  try {
    return JSON.parse(config);
  } catch {
    // A text that only looks like an object is a text.
    return config;
  }
}

function written(config: unknown, keys: readonly string[]): Written | null {
  const value = parsed(config);
  if (typeof value === 'string') return value.trim() === '' ? null : { text: value.trim(), mentions: [] };
  if (!isObject(value)) return null;
  if (typeof value.type === 'string' && Array.isArray(value.content)) {
    const flat = flatten(value);
    return flat.text === '' ? null : flat;
  }
  const key = keys.find((name) => value[name] !== undefined && value[name] !== null);
  return key === undefined ? null : written(value[key], keys);
}

/** The formula of a `formula_config`; null when it holds none. */
export const readFormula = (config: unknown): Written | null =>
  written(config, ['formula', 'expression', 'text', 'value']);

/** The prompt of a `rules_config`; null when it holds none. */
export const readPrompt = (config: unknown): Written | null =>
  written(config, ['prompt', 'rules', 'text', 'value']);

const Option = z.union([z.string(), z.looseObject({ value: z.string() }).transform(({ value }) => value)]);

/** How a value is shown and what it may be; what is not understood is left out. */
export const Format = z.looseObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .nullish()
    .catch(null),
  decimals: z.int().min(0).max(12).nullish().catch(null),
  locale: z.string().max(35).nullish().catch(null),
  /** Of an `ai` column: what its answers are. */
  type: z.string().nullish().catch(null),
  options: z.array(Option).max(200).nullish().catch(null),
});
export type Format = z.output<typeof Format>;

/** The `format_config` of a column or rule; empty when there is none. */
export const readFormat = (config: unknown): Format => Format.safeParse(parsed(config) ?? {}).data ?? {};
