/** What an error code is: the status it comes with, what it means and what the caller does about it. */
interface ProblemKind {
  status: number;
  title: string;
  means: string;
  mend: string;
}

const notFound = (what: string) => ({
  status: 404 as const,
  title: 'Not Found',
  means: `There is no such ${what} in this workspace: it never was, was deleted, or is another workspace's.`,
  mend: 'Check the id and `?workspaceId=`; do not try again.',
});
const conflict = (means: string, mend: string) => ({ status: 409 as const, title: 'Conflict', means, mend });
const refused = (means: string, mend: string) => ({
  ...{ status: 422 as const, title: 'Unprocessable Content', means, mend },
});

/**
 * Every error code that a caller can be told, once: a code that is not here does not type-check. `docs/errors.md` is
 * made from this list.
 */
export const problemCodes = {
  BAD_REQUEST: {
    ...{
      status: 400,
      title: 'Bad Request',
      means: 'The request makes no sense in a way no schema describes.',
    },
    mend: 'Read `message`; the request has to change.',
  },
  INVALID_JSON: {
    ...{ status: 400, title: 'Invalid JSON', means: 'The body is missing, or is not JSON in UTF-8.' },
    mend: 'Send a JSON body.',
  },
  SCHEMA_VALIDATION_ERROR: {
    ...{ status: 400, title: 'Validation Error' },
    means:
      'One place of the request, named in `details.path`, does not fit; `details.issue` says what is expected.',
    mend: 'Change that place. Faults are told one at a time.',
  },
  UNAUTHORIZED: {
    ...{
      status: 401,
      title: 'Unauthorized',
      means: 'There is no bearer token, or one that proves nothing here.',
    },
    mend: 'Get a new token and send the request again, with the same Idempotency-Key.',
  },
  FORBIDDEN: {
    ...{
      status: 403,
      title: 'Forbidden',
      means: 'We know who asks, and they may not; or nobody may, as with relationships of what is there.',
    },
    mend: 'Ask for a membership or another role; do not try again.',
  },
  CLIENT_ID_FORBIDDEN: {
    ...{ status: 403, title: 'Forbidden', means: 'A new resource came with an id of its own.' },
    mend: 'Leave `data.id` out: ids are made here. An Idempotency-Key makes a create safe to repeat.',
  },
  NOT_FOUND: {
    ...{ status: 404, title: 'Not Found', means: 'Nothing answers at this address.' },
    mend: 'Check the path.',
  },
  COLLECT_NOT_FOUND: notFound('collect'),
  ENRICHMENT_TASK_NOT_FOUND: notFound('enrichment task'),
  TASK_NOT_FOUND: notFound('task'),
  DOCUMENT_NOT_FOUND: notFound('document'),
  CUSTOM_COLUMN_NOT_FOUND: notFound('custom column'),
  FIELD_RULE_NOT_FOUND: notFound('field rule'),
  API_KEY_NOT_FOUND: notFound('API key'),
  METHOD_NOT_ALLOWED: {
    ...{ status: 405, title: 'Method Not Allowed', means: 'The address is known, and takes other methods.' },
    mend: 'Use a method of the `Allow` header.',
  },
  NOT_ACCEPTABLE: {
    ...{ status: 406, title: 'Not Acceptable' },
    means: 'The `Accept` header names JSON:API only with parameters or extensions that are not spoken here.',
    mend: 'Accept `application/vnd.api+json` without parameters; `profile` may stand there and changes nothing.',
  },
  REQUEST_TIMEOUT: {
    ...{ status: 408, title: 'Request Timeout', means: 'The request did not arrive in time.' },
    mend: 'Send it again, with the same Idempotency-Key.',
  },
  RESOURCE_TYPE_MISMATCH: conflict(
    'The resource in the body has a type that this address does not take.',
    'Send the type that `message` names.',
  ),
  RESOURCE_ID_MISMATCH: conflict(
    'The resource in the body has another id than the path.',
    'Send one id, in both places or in the path alone.',
  ),
  COLLECT_INVALID_TRANSITION: conflict(
    'A collect cannot go from its status to the one asked for.',
    'Read the collect: another client moved it on, or it has ended.',
  ),
  COLLECT_ALREADY_ENDED: conflict(
    'The collect has ended: it takes no more files and no other times.',
    'Begin another collect.',
  ),
  IDEMPOTENCY_KEY_IN_USE: conflict(
    'The first request with this Idempotency-Key is still running.',
    'Send it again after `Retry-After`, with the same key: it is given the answer of the first.',
  ),
  TASK_NOT_AWAITING_APPROVAL: conflict(
    'The task waits for nobody: somebody decided already, or its run is not there yet.',
    'Read the task.',
  ),
  TASK_NOT_RESOLVABLE: conflict(
    'Tasks of this type are not approved by people.',
    'Leave the task alone; it ends by itself.',
  ),
  ENRICHMENT_TASK_NOT_FAILED: conflict(
    'Only a failed task can be repeated, and this one has not failed.',
    'Wait for its end, or ask for a new task.',
  ),
  PROPOSAL_OUTDATED: conflict(
    'What the task proposes no longer fits the records. It still waits.',
    'Reject it, and ask for a new task.',
  ),
  PRECONDITION_FAILED: {
    ...{ status: 412, title: 'Precondition Failed' },
    means: 'The resource is not in the state that `If-Match` names: it changed since it was read.',
    mend: 'Read it again, decide again, and send the change with the new ETag.',
  },
  PAYLOAD_TOO_LARGE: {
    ...{ status: 413, title: 'Payload Too Large', means: 'The body is larger than this address takes.' },
    mend: 'Send less: a batch in parts, a file below the limit in `message`.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    ...{
      status: 415,
      title: 'Unsupported Media Type',
      means: 'The body is of a type that is not read here.',
    },
    mend: 'Send `application/json` or `application/vnd.api+json` without parameters, uncompressed; files as a form.',
  },
  COLLECT_TIMESTAMP_INVALID: refused(
    'A time of the client is more than a day from ours, or the end lies before the start.',
    "Check the device's clock, or leave the time out: the server has one.",
  ),
  IDEMPOTENCY_KEY_REUSED: refused(
    'This Idempotency-Key came with another request in the last 24 hours.',
    'Make a key for each operation, before its first try, and keep it through its repeats.',
  ),
  BATCH_TOO_LARGE: refused('The batch holds more tasks than one may.', 'Send it in parts.'),
  ENTITY_TYPE_NOT_ALLOWED: refused(
    'This type of enrichment does not work on this type of record.',
    'Send one of the pairs that `message` names.',
  ),
  ENTITY_NOT_FOUND: refused(
    'A record that the body names is not in this workspace.',
    'Check the ids that `message` names; nothing was done for the others either.',
  ),
  PARENT_TASK_NOT_FOUND: refused(
    'The task that a new one is to be a part of is not in this workspace.',
    'Check the id of `parent_task`; nothing was made.',
  ),
  PARENT_TASK_ENDED: refused(
    'The task that a new one is to be a part of has ended.',
    'Ask for the task without `parent_task`.',
  ),
  PARENT_TASK_TOO_DEEP: refused(
    'Tasks of tasks end at a depth, and the parent is that deep already.',
    'Name a parent further up, or none.',
  ),
  ROOT_MISMATCH: refused(
    'The body names another kind of records than the column or rule belongs to.',
    'Send the root that `message` names.',
  ),
  RULE_INVALID: refused(
    'The column or rule cannot be computed as it stands.',
    'Mend its formula or prompt; `message` says where.',
  ),
  TASK_RETRY: {
    ...{ status: 422, title: 'Retry' },
    means: 'A delivery ended without an outcome. Only the task queue is ever told this.',
    mend: 'Nothing: the queue delivers again.',
  },
  RATE_LIMIT_EXCEEDED: {
    ...{ status: 429, title: 'Too Many Requests', means: 'More requests came than a minute has room for.' },
    mend: 'Wait for `Retry-After` seconds, then send it again with the same Idempotency-Key.',
  },
  HEADERS_TOO_LARGE: {
    ...{ status: 431, title: 'Headers Too Large', means: 'The headers are larger than 16 kB.' },
    mend: 'Send fewer or shorter headers.',
  },
  INTERNAL_SERVER_ERROR: {
    ...{ status: 500, title: 'Internal Server Error', means: 'Something went wrong on our side.' },
    mend: 'Send it again later, with the same Idempotency-Key; when it stays, quote `meta.log_id`.',
  },
  SERVICE_UNAVAILABLE: {
    ...{ status: 503, title: 'Service Unavailable', means: 'Something that we cannot work without is away.' },
    mend: 'Send it again after `Retry-After`, with the same Idempotency-Key.',
  },
} as const satisfies Record<string, ProblemKind>;

/** A code of the catalogue. */
export type ProblemCode = keyof typeof problemCodes;

/** The codes that come with a status. */
export type CodeOf<Status extends number> = {
  [Code in ProblemCode]: (typeof problemCodes)[Code]['status'] extends Status ? Code : never;
}[ProblemCode];

/** Where the catalogue is served, and each code is an anchor: `/errors#COLLECT_NOT_FOUND`. */
export const ERRORS_PATH = '/errors';
