import { schemaProblem } from '../errors.ts';

type Tree = { [key: string]: string | Tree };

const DEPTH_MAX = 6;
const SEGMENT = /^[a-z][a-z0-9_]{0,63}$/i;

/**
 * A document from form fields whose names are paths: `data.attributes.metadata.document_type` and its like. Throws a
 * 400 for a name that is no path below `data`, stands twice, or is both a value and a parent.
 */
export const fieldsToDocument = (fields: readonly (readonly [name: string, value: string])[]): unknown => {
  const data: Tree = { type: 'document', attributes: {} };
  const given = new Set<string>();
  for (const [name, value] of fields) {
    if (given.has(name)) throw schemaProblem({ path: name, issue: 'expected one field of this name' });
    given.add(name);
    put(data, name, value);
  }
  return { data };
};

const put = (data: Tree, name: string, value: string): void => {
  const [root, ...keys] = name.split('.');
  const last = keys.pop();
  const usable =
    keys.length < DEPTH_MAX &&
    [...keys, last].every((key) => SEGMENT.test(key ?? '') && key !== 'constructor');
  if (root !== 'data' || last === undefined || !usable)
    throw schemaProblem({ path: name, issue: 'unknown field' });
  let at = data;
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : {};
    if (typeof next !== 'object') throw schemaProblem({ path: name, issue: `\`${key}\` is a value already` });
    at[key] = next;
    at = next;
  }
  const before = Object.hasOwn(at, last) ? at[last] : undefined;
  if (typeof before === 'object') throw schemaProblem({ path: name, issue: 'has fields below it already' });
  at[last] = value;
};
