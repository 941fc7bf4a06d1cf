import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { preconditionFailed, schemaProblem } from '../errors.ts';
import type { Resource } from './document.ts';

/**
 * The strong ETag of a resource in its whole, quotes included: equal as long as nothing that a caller can see of it
 * has changed. A door that leaves attributes out sends it as a header itself, made before it does.
 */
export const etagOf = ({ type, id, attributes, relationships }: Resource): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([type, id, attributes, relationships ?? {}]))
    .digest('hex')}"`;

// The same state in another media type is another representation, and a strong tag tells those apart.
const JSON_API_MARK = '.api';

/** The tag of the same state as JSON:API writes it. */
export const jsonApiTag = (etag: string): string => `${etag.slice(0, -1)}${JSON_API_MARK}"`;

/** Whether `If-None-Match` names this representation, so that the caller has it already. */
export const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined && readTags('If-None-Match', header).some((tag) => tag === '*' || tag.endsWith(etag));

/** What a request says about the state that it may change. */
export interface Precondition {
  /**
   * Throws a 412 unless the caller's `If-Match` names the state that the resource is in. Doors that change or delete
   * call it inside their transaction, on the row they have locked and before they write; without the header it does
   * nothing. The whole resource is wanted, as a retrieve answers it.
   */
  requireMatch(resource: Resource): void;
  /** Whether a door that had to look has not. */
  wasMissed(): boolean;
}

/** Reads the preconditions of a PATCH or DELETE; those of other methods change nothing. */
export const readPrecondition = (method: string, headers: IncomingHttpHeaders): Precondition => {
  const changes = method === 'PATCH' || method === 'DELETE';
  const ifMatch = changes ? tagsOf('If-Match', headers['if-match']) : undefined;
  const ifNoneMatch = changes ? tagsOf('If-None-Match', headers['if-none-match']) : undefined;
  let looked = ifMatch === undefined && ifNoneMatch === undefined;
  return {
    requireMatch(resource) {
      looked = true;
      const etag = etagOf(resource);
      const tags = ['*', etag, jsonApiTag(etag)];
      // Weak tags promise too little to overwrite by.
      if (ifMatch && !ifMatch.some((tag) => tags.includes(tag))) throw preconditionFailed('If-Match');
      if (ifNoneMatch?.some((tag) => tags.includes(tag.replace('W/', ''))))
        throw preconditionFailed('If-None-Match');
    },
    wasMissed: () => !looked,
  };
};

const tagsOf = (name: string, header: string | undefined): string[] | undefined =>
  header === undefined ? undefined : readTags(name, header);

const readTags = (name: string, header: string): string[] => {
  if (header.trim() === '*') return ['*'];
  const tags = header.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g);
  if (!tags) throw schemaProblem({ path: `headers.${name}`, issue: 'expected * or ETags in quotes' });
  return tags;
};
