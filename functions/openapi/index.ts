import { createHash } from 'node:crypto';
import { type DescribedDoor, describeApi, type OpenApi } from '../../shared/http/openapi/describe-api.ts';
import { publicEndpointsFor } from '../../shared/http/public-endpoint.ts';
import { OpenapiAnswers } from './schema.ts';

/** How long a reader may keep the document without asking again, in seconds. */
const FRESH_SECONDS = 300;

let made: Promise<{ document: OpenApi; etag: string }> | undefined;

/** `GET /openapi.json`: what the doors take and answer, made from their own schemas once per process. */
export const openapi = publicEndpointsFor<{ loadDoors: () => Promise<DescribedDoor[]> }>()({
  name: 'openapi',
  summary: 'Describe this API',
  answers: OpenapiAnswers,

  async handle({ loadDoors, headers }) {
    made ??= loadDoors().then((doors) => withTag(describeApi(doors)));
    const { document, etag } = await made;
    const kept = {
      ETag: etag,
      'Cache-Control': `public, max-age=${FRESH_SECONDS}`,
      // It says nothing that is not public, and tools that show it run on other origins.
      'Access-Control-Allow-Origin': '*',
    };
    return headers['if-none-match'] === etag
      ? { status: 304, headers: kept }
      : { status: 200, headers: kept, body: document };
  },
});

const withTag = (document: OpenApi) => ({
  document,
  etag: `"${createHash('sha256').update(JSON.stringify(document)).digest('hex')}"`,
});
