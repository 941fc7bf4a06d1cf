import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Keys of `input` that say how a task came about, not what it works on; they do not make it another task. */
const VOLATILE_KEYS = new Set(['depth', 'force', 'requested_by']);

export interface HashedInput {
  enrichment_type: string;
  entity_type: string;
  entity_id: string;
  target_fields?: readonly string[] | null;
  input?: Readonly<Record<string, unknown>> | null;
}

/**
 * The fingerprint of a task: `sha256:` and 64 hex digits over the canonical JSON (RFC 8785) of its type, target,
 * target fields (as a set) and input. Equal work has equal hashes, whatever the order of keys.
 */
export function inputHash({
  enrichment_type,
  entity_type,
  entity_id,
  target_fields,
  input,
}: HashedInput): string {
  const canonical = canonicalize({
    enrichment_type,
    entity_type,
    entity_id,
    target_fields: target_fields ? [...new Set(target_fields)].sort() : null,
    input: Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => !VOLATILE_KEYS.has(key))),
  });
  if (canonical === undefined) throw new TypeError('a task input must be JSON');
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}
