import { invalid } from './errors.ts';

interface PageRequest {
  pageSize: number | null | undefined;
  pageToken: string | null | undefined;
  maxSize: number;
  /** What the list is of; a token is good for the same list only. */
  scope: string;
  now: number;
}

const goodForMs = 2 * 3_600_000;

const readToken = (token: string, { scope, now }: PageRequest): string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw invalid('pageToken is not one that this list gave out.');
  }
  const [of, after, at] = Array.isArray(parsed) ? parsed : [];
  if (of !== scope || typeof after !== 'string' || typeof at !== 'number') {
    throw invalid('pageToken belongs to another list.');
  }
  if (now - at > goodForMs) throw invalid('pageToken is older than 2 hours.');
  return after;
};

/** One page of `items` in the order of their names, and the token of the next page ('' after the last). */
export const pageOf = <T extends { name: string }>(
  items: T[],
  request: PageRequest,
): { page: T[]; nextPageToken: string } => {
  const { pageSize, pageToken, maxSize, scope, now } = request;
  if (pageSize && (pageSize < 0 || pageSize > maxSize)) {
    throw invalid(`pageSize is ${pageSize}; it must be from 1 to ${maxSize}.`);
  }
  const after = pageToken ? readToken(pageToken, request) : '';
  const rest = items
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const page = rest.slice(0, pageSize || maxSize);
  const last = page.at(-1);
  const more = last && page.length < rest.length;
  return {
    page,
    nextPageToken: more ? Buffer.from(JSON.stringify([scope, last.name, now])).toString('base64url') : '',
  };
};
