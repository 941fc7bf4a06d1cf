import type { ASTNode, TypeError as CelTypeError, Environment, ParseError } from '@marcbachmann/cel-js';
import { explain } from './explain.ts';
import { checkedLanguage, type Fields, isTaken } from './fields.ts';
import { applyEdits, type Edit, originalPosition } from './formula-edits.ts';
import { functionNames, language, methodNames } from './language.ts';
import { FORMULA_MAX_BYTES } from './limits.ts';

/** A formula that may run. */
export interface CheckedFormula {
  ok: true;
  /** The text to run: the user's, with names and branches written as the language needs them. */
  runs: string;
  /** Paths of the fields that it reads, in their order. */
  reads: string[];
}

/** Why a formula may not run: where, counted from 1, and a sentence that says how to mend it. */
export interface FormulaProblem {
  ok: false;
  position: number;
  message: string;
}

const environments = new Map<string, Environment>();
const KEPT = 100;

/** Making an environment takes a thousand times as long as checking a formula in it. */
function environmentOf(fields: Fields): Environment {
  const key = JSON.stringify([...fields]);
  let env = environments.get(key);
  if (!env) {
    env = checkedLanguage(fields);
    if (environments.size >= KEPT) environments.clear();
    environments.set(key, env);
  }
  return env;
}

const problem = (start: number, message: string): FormulaProblem => ({
  ok: false,
  position: start + 1,
  message,
});

/** Checks the text of a formula against the fields that it may read; nothing is evaluated. */
export function checkFormula(text: string, fields: Fields): CheckedFormula | FormulaProblem {
  if (text.trim() === '') return problem(0, 'the formula is empty');
  if (Buffer.byteLength(text) > FORMULA_MAX_BYTES)
    return problem(0, `the formula is longer than ${FORMULA_MAX_BYTES} bytes: split it over several columns`);
  let ast: ASTNode;
  try {
    ast = language.parse(text).ast;
  } catch (error) {
    return explained(error as ParseError, text, fields, []);
  }
  const walked = walk(ast, fields);
  if ('ok' in walked) return walked;

  const env = environmentOf(fields);
  const edits = [...walked.renames];
  // Each round loosens one `? :` whose branches differ, so that it ends.
  for (let round = 0; round <= walked.ternaries.length; round += 1) {
    const runs = applyEdits(text, edits);
    const result = env.check(runs);
    if (result.valid)
      return isSingle(result.type ?? 'dyn')
        ? { ok: true, runs, reads: [...walked.reads] }
        : problem(0, 'the result is a record or a list: a cell holds one value, such as issuer.name');
    const error = result.error as CelTypeError;
    const loosened = loosen(error, walked.ternaries, edits);
    if (!loosened) return explained(error, text, fields, edits);
    edits.push(...loosened);
  }
  return problem(0, 'the branches of ? and : differ too much: give both the same type');
}

interface Walked {
  reads: Set<string>;
  renames: Edit[];
  ternaries: ASTNode[];
}

/** Every node once: refuses what formulas do not offer, and finds the fields that are read. */
function walk(root: ASTNode, fields: Fields): Walked | FormulaProblem {
  const found: Walked = { reads: new Set(), renames: [], ternaries: [] };
  const stack: ASTNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const path = pathOf(node);
    if (path !== null && fields.has(path)) found.reads.add(path);
    const refusal = refuse(node);
    if (refusal) return problem(node.start, refusal);
    if (node.op === 'id' && isTaken(node.args) && isRelationOrField(node.args, fields))
      found.renames.push({ at: node.end, insert: '_' });
    if (node.op === '?:') found.ternaries.push(node);
    stack.push(...childrenOf(node).reverse());
  }
  return found;
}

const isRelationOrField = (name: string, fields: Fields) =>
  fields.has(name) || [...fields.keys()].some((path) => path.startsWith(`${name}.`));

function pathOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return null;
  const [left, name] = node.args;
  return left.op === 'id' ? `${left.args}.${name}` : null;
}

function refuse(node: ASTNode): string | null {
  if (node.op === 'call') {
    const [name] = node.args;
    if (name === 'has') return 'has() is not offered: write field != null';
    if (name === 'matches') return 'matches() is not offered: write match(text, "pattern")';
    return functionNames.has(name)
      ? null
      : `there is no function ${name}(): there are ${[...functionNames].join(', ')}`;
  }
  if (node.op === 'rcall') {
    const [name] = node.args;
    if (name === 'matches') return 'matches() is not offered: write match(text, "pattern")';
    return methodNames.has(name)
      ? null
      : `.${name}() is not offered: on a value there are ${[...methodNames].join(', ')}`;
  }
  return null;
}

/** Children of a node, whatever the shape of its arguments. */
function childrenOf(node: ASTNode): ASTNode[] {
  const nodes = (value: unknown): ASTNode[] => {
    if (Array.isArray(value)) return value.flatMap(nodes);
    return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : [];
  };
  return nodes(node.args);
}

const isSingle = (type: string) =>
  /^(string|int|double|decimal|bool|null|dyn|google\.protobuf\.(Timestamp|Duration))$/.test(type);

const isNumber = (type: string) => ['int', 'double', 'decimal'].includes(type);

/**
 * `paid == null ? 0 : paid` is no mistake: numbers of different kinds, and anything beside null, may be the two
 * branches. CEL wants one type, or `dyn`.
 */
function loosen(error: CelTypeError, ternaries: readonly ASTNode[], edits: readonly Edit[]): Edit[] | null {
  if (error.code !== 'incompatible_ternary_branches' || !error.range) return null;
  const [, left = '', right = ''] = /got '([^']*)' and '([^']*)'/.exec(error.summary) ?? [];
  const fits = left === 'null' || right === 'null' || (isNumber(left) && isNumber(right));
  if (!fits) return null;
  const start = originalPosition(error.range.start, edits);
  const end = originalPosition(error.range.end, edits);
  const node = ternaries.find((candidate) => candidate.start === start && candidate.end === end);
  if (node?.op !== '?:') return null;
  return node.args.slice(1).flatMap((branch) => [
    { at: branch.start, insert: 'dyn(' },
    { at: branch.end, insert: ')', closes: true },
  ]);
}

function explained(
  error: ParseError | CelTypeError,
  text: string,
  fields: Fields,
  edits: readonly Edit[],
): FormulaProblem {
  const start = originalPosition(error.range?.start ?? 0, edits);
  const end = originalPosition(error.range?.end ?? 0, edits);
  return problem(start, explain(error, text, { start, end }, fields));
}
