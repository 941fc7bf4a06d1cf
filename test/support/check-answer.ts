import type { z } from 'zod';
import { loadDoors } from '../../functions/index.ts';
import type { ProblemCode } from '../../shared/domain/problem-codes.ts';
import type { DescribedDoor } from '../../shared/http/openapi/describe-api.ts';
import { codesOf } from '../../shared/http/openapi/describe-operation.ts';
import { JsonApiErrors, Problem, ProblemDetails } from '../../shared/http/openapi/problem-schemas.ts';

/** An answer as it came over the wire, and what it answers. */
export interface Answering {
  /** Of the function. */
  name: string;
  /** Path and query of the request. */
  url: string;
  status: number;
  /** The media type, as far as it matters. */
  contentType?: string | null;
  body: unknown;
}

/**
 * Throws when an answer is not what its door declares, to the key: what is not declared, such as an internal column,
 * must not leave, and an error must be one that the API's description names. With `fields[...]` in the query,
 * attributes may be missing.
 */
export async function checkAnswer(answer: Answering): Promise<void> {
  const door = await getDoor(answer.name);
  if (answer.status >= 400) checkProblem(door, answer);
  else if (answer.status !== 304) checkSuccess(door, answer);
}

let loading: Promise<DescribedDoor[]> | undefined;

async function getDoor(name: string): Promise<DescribedDoor> {
  loading ??= loadDoors();
  const door = (await loading).find(({ entry }) => entry.name === name);
  if (!door) throw new Error(`${name} is no door of the catalogue`);
  return door;
}

function checkSuccess({ entry, endpoint }: DescribedDoor, { status, body, url }: Answering): void {
  const schema = endpoint.answers?.[status];
  const said = `${entry.name} answered ${status}`;
  if (!schema)
    throw new Error(`${said}, which its \`answers\` (functions/${entry.name}/schema.ts) do not declare`);
  const parsed = schema.safeParse(withoutWrap(body));
  const issues = parsed.success ? [] : parsed.error.issues.filter((issue) => !isLeftOut(issue, url, body));
  if (issues.length > 0) throw new Error(`${said} with another body than it declares: ${list(issues)}`);
}

function checkProblem(door: DescribedDoor, { status, body, contentType }: Answering): void {
  const said = `${door.entry.name} answered ${status}`;
  const { error, data } = schemaOf(contentType).safeParse(body);
  if (error) throw new Error(`${said} with no error as it is described: ${list(error.issues)}`);
  const code = 'errors' in data ? data.errors[0]?.code : data.code;
  if (!codesOf(door).some((known: ProblemCode) => known === code))
    throw new Error(
      `${said} ${code}, which the \`errors\` of functions/${door.entry.name}/index.ts do not name`,
    );
}

const schemaOf = (contentType: string | null | undefined) => {
  if (contentType?.includes('vnd.api+json')) return JsonApiErrors;
  return contentType?.includes('problem+json') ? ProblemDetails : Problem;
};

/** What is no document of its own is the `meta` of one for who accepts JSON:API. */
const withoutWrap = (body: unknown): unknown => {
  const { jsonapi, meta, ...rest } = Object(body) as Record<string, unknown>;
  return jsonapi !== undefined && meta !== undefined && Object.keys(rest).length === 0 ? meta : body;
};

/** A missing attribute or relationship where the caller named those it wants. */
const isLeftOut = ({ path }: z.core.$ZodIssue, url: string, body: unknown): boolean =>
  decodeURIComponent(url).includes('fields[') &&
  path.some((key) => key === 'attributes' || key === 'relationships') &&
  path.reduce<unknown>((inner, key) => Object(inner)[key], body) === undefined;

const list = (issues: readonly z.core.$ZodIssue[]) =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
