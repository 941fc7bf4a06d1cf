import { JSON_DEPTH_MAX } from '../domain/limits.ts';
import { badRequest, invalidJson } from '../errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** How deep the JSON text nests at most, in one pass over its bytes; what is inside strings does not count. */
export const depthOf = (bytes: Uint8Array): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return deepest;
};

/**
 * The value of a JSON text in UTF-8. Throws a 400 for anything else, and for one that nests too deep, before
 * `JSON.parse` sees it: the parser takes a million levels, and what comes after it does not.
 */
export const parseJson = (bytes: Uint8Array): unknown => {
  if (depthOf(bytes) > JSON_DEPTH_MAX) {
    throw badRequest(`The JSON body nests deeper than ${JSON_DEPTH_MAX} levels.`);
  }
  const text = decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the body.
    const at = error instanceof Error ? / at position \d+/.exec(error.message)?.[0] : undefined;
    throw invalidJson(`The body is not JSON${at ?? ''}.`, { cause: error });
  }
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalidJson('The body is not UTF-8.', { cause: error });
  }
};
