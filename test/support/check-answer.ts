import type { z } from 'zod';
import { loadFunction } from '../../functions/index.ts';
import type { Endpoint } from '../../shared/http/endpoint.ts';

/** An answer as it came over the wire, and what it answers. */
export interface Answering {
  /** Of the function. */
  name: string;
  /** Path and query of the request. */
  url: string;
  status: number;
  body: unknown;
}

/**
 * Throws when a success answer is not what its door declares in `answers`, to the key: what is not declared, such as
 * an internal column, must not leave. With `fields[...]` in the query, attributes may be missing.
 */
export async function checkAnswer({ name, url, status, body }: Answering): Promise<void> {
  if (status < 200 || status > 299) return;
  const { answers = {} } = (await loadFunction(name)) as Pick<Endpoint<unknown, object>, 'answers'>;
  const schema = answers[status];
  const door = `${name} answered ${status}`;
  if (!schema) throw new Error(`${door}, which its \`answers\` (functions/${name}/schema.ts) do not declare`);
  const parsed = schema.safeParse(body);
  const issues = parsed.success ? [] : parsed.error.issues.filter((issue) => !isLeftOut(issue, url, body));
  if (issues.length > 0) throw new Error(`${door} with another body than it declares: ${list(issues)}`);
}

/** A missing attribute or relationship where the caller named those it wants. */
const isLeftOut = ({ path }: z.core.$ZodIssue, url: string, body: unknown): boolean =>
  decodeURIComponent(url).includes('fields[') &&
  path.some((key) => key === 'attributes' || key === 'relationships') &&
  path.reduce<unknown>((inner, key) => Object(inner)[key], body) === undefined;

const list = (issues: readonly z.core.$ZodIssue[]) =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
