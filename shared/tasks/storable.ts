import { ERROR_MAX_BYTES, OUTPUT_DEPTH_MAX, OUTPUT_MAX_BYTES } from '../domain/limits.ts';

/** What stands in `output` for what could not be kept. */
const TOO_DEEP = '[too deep]';

const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed();

function storableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= OUTPUT_DEPTH_MAX) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((item) => storableValue(item, depth + 1));
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function')
    return storableValue((value as { toJSON(): unknown }).toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [clean(key), storableValue(item, depth + 1)]),
  );
}

/**
 * The output as jsonb can always hold it: no NUL, no half surrogate pair, no deeper than `OUTPUT_DEPTH_MAX`. Beyond
 * `OUTPUT_MAX_BYTES` only its status and its size are kept, because an end that cannot be written is no end.
 */
export function storableOutput(output: Record<string, unknown>): Record<string, unknown> {
  const stored = storableValue(output, 1) as Record<string, unknown>;
  const bytes = Buffer.byteLength(JSON.stringify(stored));
  if (bytes <= OUTPUT_MAX_BYTES) return stored;
  const { status, halt } = stored;
  return { status, ...(halt === undefined ? {} : { halt }), dropped: { reason: 'output too large', bytes } };
}

/** The error as text can always hold it, cut at `ERROR_MAX_BYTES` without breaking a character. */
export function storableError(error: string): string {
  const text = clean(error);
  if (Buffer.byteLength(text) <= ERROR_MAX_BYTES) return text;
  const cut = Buffer.from(text).subarray(0, ERROR_MAX_BYTES - Buffer.byteLength('…'));
  // A streaming decoder keeps a broken last character to itself.
  return `${new TextDecoder().decode(cut, { stream: true })}…`;
}
