import type { DoorEntry, PublicEntry } from '../../domain/catalogue.ts';
import type { Endpoint } from '../endpoint.ts';
import { sharedHeaders } from './answers.ts';
import { createComponentSchemas, type JsonSchema } from './component-schemas.ts';
import { describeOperation, tagOf } from './describe-operation.ts';
import { sharedParameters } from './parameters.ts';
import { describeProblems } from './problem-responses.ts';
import { securitySchemes } from './security.ts';

/** A door: where it stands in the catalogue, and what its folder says of it. */
export interface DescribedDoor {
  entry: Pick<DoorEntry | PublicEntry, 'name' | 'kind' | 'method' | 'route'>;
  endpoint: Pick<Endpoint<never, never>, 'summary' | 'errors' | 'params' | 'query' | 'body' | 'answers'>;
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  openapi: string;
  info: Record<string, unknown>;
  servers: readonly Record<string, unknown>[];
  tags: readonly { name: string }[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<string, Record<string, JsonSchema>>;
}

const DESCRIPTION = `Runs of the browser extension (collects), uploads, and the background work that reads them (enrichment tasks).

Bodies are JSON:API documents, sent as \`application/json\` or \`application/vnd.api+json\`; the answer comes as the one that \`Accept\` names. What a schema does not name is refused: unknown fields, parameters and filters are a 400. Lists are read page by page along \`links.next\`. An id of another workspace is answered like one that does not exist. Fields may be added to answers at any time; nothing is taken away within a version.`;

/**
 * Describes what the doors take and answer, from the catalogue and their zod schemas alone. Throws for a schema that
 * cannot be described, and for a name that two of them share.
 */
export const describeApi = (doors: readonly DescribedDoor[]): OpenApi => {
  const schemas = createComponentSchemas();
  const problems = describeProblems(schemas);
  const paths: OpenApi['paths'] = {};
  for (const door of doors) {
    const { method, route } = door.entry;
    const path = route.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: describeOperation(door, { schemas, problems }),
    };
  }
  const tags = [...new Set(doors.map(({ entry }) => tagOf(entry.route)))];
  return {
    openapi: '3.1.1',
    info: {
      title: 'Wellspring',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The host that serves this document' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: sorted(schemas.components),
      headers: sharedHeaders,
      parameters: sharedParameters,
      responses: sorted(problems.components),
      securitySchemes,
    },
  };
};

const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
