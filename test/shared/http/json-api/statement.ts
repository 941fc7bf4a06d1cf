import type pg from 'pg';
import type { Tenant } from '../../../functions/door-requests.ts';
import type { Answered } from '../../../functions/start-doors.ts';

/** A request of a JSON:API client: its media type in both directions unless the headers say otherwise. */
export type Ask = (
  method: string,
  path: string,
  parts?: { body?: unknown; headers?: Record<string, string | undefined> },
) => Promise<Answered>;

/** The real front over real rows, as one tenant sees it. */
export interface Api {
  ask: Ask;
  tenant: Tenant;
  client: pg.Client;
  /** A success of each door, lists with everything that they include, and one error. */
  samples: readonly Answered[];
}

/**
 * A MUST of JSON:API 1.1 in short words. It is held against the real front (`check`), or the table says why nothing can
 * be (`notOurs`), or that the documented API does otherwise (`differs`, with its reason in decision 129).
 */
export type Statement = {
  /** Anchor of https://jsonapi.org/format/ under which it stands. */
  at: string;
  says: string;
  /** How many MUSTs under the anchor this row stands for; one unless told otherwise. */
  musts?: number;
} & (
  | { check(api: Api): Promise<void> | void; notOurs?: never; differs?: never }
  | { notOurs: string; check?: never; differs?: never }
  | { differs: string; check?(api: Api): Promise<void> | void; notOurs?: never }
);

/** A JSON value that is an object. */
export type Members = Record<string, unknown>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The resource objects of a document: primary data, and what is included. */
export const resourcesOf = ({ body }: Answered): Members[] =>
  [body?.data ?? [], body?.included ?? []].flat().filter(isMembers);

/** The relationship objects of a document. */
export const relationshipsOf = (answer: Answered): Members[] =>
  resourcesOf(answer).flatMap(({ relationships }) => Object.values(Object(relationships)) as Members[]);

/** The identifiers that relationships of a document hold. */
export const identifiersOf = (answer: Answered): Members[] =>
  relationshipsOf(answer).flatMap(({ data }) => [data ?? []].flat() as Members[]);

/** Every object of a document with the names that lead to it; inside of attributes stand values and no members. */
export function* objectsOf(value: unknown, path: readonly string[] = []): Generator<[string[], Members]> {
  if (Array.isArray(value)) for (const one of value) yield* objectsOf(one, path);
  if (!isMembers(value)) return;
  yield [[...path], value];
  if (path.at(-1) === 'attributes') return;
  for (const [name, member] of Object.entries(value)) yield* objectsOf(member, [...path, name]);
}

/** The objects of a document that stand under a name, such as `meta` and `links`. */
export const membersNamed = (name: string, answers: readonly Answered[]): unknown[] =>
  answers.flatMap(({ body }) =>
    [...objectsOf(body)].flatMap(([, object]) => (Object.hasOwn(object, name) ? [object[name]] : [])),
  );
