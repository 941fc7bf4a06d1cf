import { badRequest, methodNotAllowed, notFound } from '../errors.ts';

/** A function and where it answers. Rows of the catalogue fit. */
export type FrontRoute =
  | { name: string; kind: 'worker' | 'scheduled' }
  | { name: string; kind: 'api' | 'upload' | 'public'; method: string; route: string };

/** A path that a function answers at. */
export interface Pattern {
  name: string;
  kind: FrontRoute['kind'];
  method: string;
  /** `/v1/collects/:id` */
  path: string;
}

/** A pattern and what its placeholders stand for. */
export interface Match {
  pattern: Pattern;
  params: Readonly<Record<string, string>>;
}

/** What answers at a path, whatever the method. */
export interface Found {
  /** In the order GET, POST, …: what `Allow` says. */
  methods: readonly string[];
  kinds: ReadonlySet<FrontRoute['kind']>;
  /** Throws a 405 when the path does not take the method. HEAD is a GET without a body. */
  match(method: string): Match;
}

/**
 * Finds the function for a path: its REST path, or `/<name>` followed by the REST path's ids, if any. Throws a 404
 * for an unknown path and a 400 for a broken percent escape.
 */
export const createRouter = (routes: readonly FrontRoute[]) => {
  const patterns = routes.flatMap(patternsOf).map((pattern) => ({
    pattern,
    segments: pattern.path.split('/').slice(1),
  }));
  return (path: string): Found => {
    const segments = path
      .replace(/(?<=.)\/$/, '')
      .split('/')
      .slice(1);
    const fitting = patterns.filter((candidate) => fits(candidate.segments, segments));
    if (fitting.length === 0) throw notFound();
    const methods = [...new Set(fitting.map(({ pattern }) => pattern.method))].sort();
    return {
      methods,
      kinds: new Set(fitting.map(({ pattern }) => pattern.kind)),
      match(method) {
        const wanted = method === 'HEAD' ? 'GET' : method;
        const found = fitting.find(({ pattern }) => pattern.method === wanted);
        if (!found) throw methodNotAllowed(methods);
        return { pattern: found.pattern, params: paramsOf(found.segments, segments) };
      },
    };
  };
};

const patternsOf = (route: FrontRoute): Pattern[] => {
  const { name, kind } = route;
  if (!('route' in route)) return [{ name, kind, method: 'POST', path: `/${name}` }];
  const { method } = route;
  const ids = route.route.split('/').filter((segment) => segment.startsWith(':'));
  // Without its ids the function still answers, and says which one is missing.
  const byName = ids.map((_, count) => `/${[name, ...ids.slice(0, count)].join('/')}`);
  return [...byName, `/${[name, ...ids].join('/')}`, route.route].map((path) => ({
    name,
    kind,
    method,
    path,
  }));
};

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]));

const paramsOf = (pattern: readonly string[], segments: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pattern.flatMap((part, at) =>
      part.startsWith(':') ? [[part.slice(1), unescaped(segments[at] ?? '')]] : [],
    ),
  );

const unescaped = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw badRequest('The path has a broken percent escape.', { cause: error });
  }
};
