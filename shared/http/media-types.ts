import Negotiator from 'negotiator';
import { notAcceptable, unsupportedMediaType } from '../errors.ts';

/** The media type of JSON:API. It has no charset: parameters other than `ext` and `profile` are forbidden. */
export const JSON_API = 'application/vnd.api+json';
/** What everybody else is answered with. */
export const JSON_UTF8 = 'application/json; charset=utf-8';
/** Errors as RFC 9457 writes them. */
export const PROBLEM_JSON = 'application/problem+json';

/** How a caller wants to be answered. */
export interface Accepted {
  success: 'json' | 'jsonapi';
  error: 'json' | 'jsonapi' | 'problem';
}

const formOf = { 'application/json': 'json', [JSON_API]: 'jsonapi', [PROBLEM_JSON]: 'problem' } as const;

/**
 * Reads an `Accept` header. Whoever names neither JSON:API nor problem+json is answered in plain JSON, whatever else
 * they accept: a client that forgets the header, or sends a browser's, is better served than refused.
 */
export const readAccept = (accept: string | undefined): Accepted => {
  const instances = instancesOf(accept).filter(({ type }) => type !== JSON_API);
  const jsonApi = instancesOf(accept).filter(({ type }) => type === JSON_API);
  // What JSON:API says a server ignores must not win; when that is all there is, errors are still told in its words.
  const usable = jsonApi.some(isSpoken) ? jsonApi.filter(isSpoken) : jsonApi;
  const header = [...instances.map(({ text }) => text), ...usable.map(plainJsonApi)].join(',');
  const negotiator = new Negotiator({ headers: { accept: header || '*/*' } });
  const best = <T extends keyof typeof formOf>(types: T[]): (typeof formOf)[T] | 'json' => {
    const found = negotiator.mediaType(types) as T | undefined;
    return found ? formOf[found] : 'json';
  };
  return {
    success: best(['application/json', JSON_API]),
    error: best(['application/json', JSON_API, PROBLEM_JSON]),
  };
};

/** Throws a 406 when JSON:API is accepted in forms that are not spoken here and in no other. */
export const refuseUnspoken = (accept: string | undefined): void => {
  const jsonApi = instancesOf(accept).filter(({ type }) => type === JSON_API);
  if (jsonApi.length > 0 && !jsonApi.some(isSpoken))
    throw notAcceptable(`Accept ${JSON_API} without parameters: no extension is spoken here.`);
};

/** Throws a 415 for JSON:API with parameters that are not spoken here, whether or not there is a body. */
export const refuseParameters = (contentType: string | undefined): void => {
  const [instance] = instancesOf(contentType);
  if (instance?.type === JSON_API && !isSpoken(instance))
    throw unsupportedMediaType(`Send ${JSON_API} without parameters: no extension is spoken here.`);
};

/** Whether a body says that it is a JSON:API document. */
export const isJsonApi = (contentType: string | undefined): boolean =>
  instancesOf(contentType)[0]?.type === JSON_API;

/** Throws a 415 for a body that is not JSON in UTF-8 by its own account. */
export const requireJsonType = (contentType: string | undefined): void => {
  const [instance] = instancesOf(contentType);
  const { charset = 'utf-8' } = instance?.parameters ?? {};
  const plain = instance?.type === 'application/json' && /^utf-?8$/i.test(charset);
  if (!plain && instance?.type !== JSON_API)
    throw unsupportedMediaType(`Send application/json or ${JSON_API}, in UTF-8.`);
};

interface Instance {
  type: string;
  /** By name in lower case, without the weight. */
  parameters: Record<string, string>;
  weight: string | undefined;
  text: string;
}

// Profiles change no meaning, so one that is not known is ignored; an extension may change all of it.
const isSpoken = ({ parameters: { profile: _, ext = '', ...others } }: Instance): boolean =>
  Object.keys(others).length === 0 && ext.trim() === '';

const plainJsonApi = ({ weight }: Instance): string => `${JSON_API}${weight ? `;q=${weight}` : ''}`;

/** Media ranges of a header; commas and semicolons in quotes belong to the value. */
const instancesOf = (header = ''): Instance[] =>
  [...header.matchAll(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g)].map(([text]) => {
    const [type = '', ...rest] = [...text.matchAll(/(?:[^;"]|"(?:[^"\\]|\\.)*")+/g)].map(([part]) => part);
    const { q, ...parameters } = Object.fromEntries(rest.map(parameterOf)) as Record<string, string>;
    return { type: type.trim().toLowerCase(), parameters, weight: q, text };
  });

const parameterOf = (part: string): [name: string, value: string] => {
  const at = part.indexOf('=');
  const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1).trim()];
  return [name.trim().toLowerCase(), value.replace(/^"(.*)"$/s, '$1')];
};
