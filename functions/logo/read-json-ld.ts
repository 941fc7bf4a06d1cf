import { canonicalDomain } from '../../shared/domain/canonical.ts';

/** A logo that structured data names. */
export interface JsonLdLogo {
  /** As written, not resolved. */
  url: string;
  type: string;
  sizes: string | null;
  /** True when the data does not say that it is the site's own. */
  anonymous: boolean;
}

type Node = Record<string, unknown>;

const LOGO_BEARERS = /^(Brand|Corporation|\w*Organization|\w*Business)$/;
// Roles in which a page names whose site it is. Sponsors, sellers and employers have logos too, of other companies.
const OWN_ROLES = ['@graph', 'publisher', 'mainEntity', 'mainEntityOfPage', 'about', 'isPartOf', 'brand'];
/** Nodes that are looked at in one page. */
const NODES_MAX = 10_000;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.flat(2) : [value]);
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

/** The data of a script, or null: comment marks around it and raw line feeds in its texts are common. */
const parse = (script: string): unknown => {
  const text = script
    .replace(/^\s*(<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)/, '')
    .replace(/(-->|\/\/\s*\]\]>|\]\]>)\s*$/, '')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/;\s*$/, '');
  try {
    return JSON.parse(text);
  } catch {
    return null; // Data that its own publisher broke says nothing.
  }
};

/** Logos of the organisations that the scripts of a page name in a role of its own, in their order. */
export const readJsonLdLogos = (scripts: readonly string[], pageUrl: string): JsonLdLogo[] => {
  const roots = scripts.flatMap((script) => listOf(parse(script)));
  const byId = nodesById(roots);
  const resolve = (value: unknown): unknown =>
    isNode(value) && Object.keys(value).length === 1 && typeof value['@id'] === 'string'
      ? (byId.get(value['@id']) ?? value)
      : value;

  const logos: JsonLdLogo[] = [];
  const seen = new Set<unknown>();
  const waiting = roots.map((value) => ({ value, isOwn: true }));
  for (let at = 0; at < waiting.length && seen.size < NODES_MAX; at += 1) {
    const { value, isOwn } = waiting[at] ?? {};
    const node = resolve(value);
    if (!isNode(node) || seen.has(node)) continue;
    seen.add(node);
    const type = listOf(node['@type'])
      .map(textOf)
      .find((name) => name !== null && LOGO_BEARERS.test(name));
    if (type) {
      const anonymous = !identifiesItself(node, pageUrl, isOwn === true);
      for (const logo of listOf(node.logo).map(resolve)) {
        const read = readImage(logo);
        if (read) logos.push({ ...read, type, anonymous });
      }
    }
    for (const role of OWN_ROLES)
      for (const next of listOf(node[role])) waiting.push({ value: next, isOwn: role === '@graph' });
  }
  return logos;
};

const nodesById = (roots: readonly unknown[]): Map<string, Node> => {
  const byId = new Map<string, Node>();
  const waiting = [...roots];
  for (let at = 0; at < waiting.length && at < NODES_MAX; at += 1) {
    const node = waiting[at];
    if (Array.isArray(node)) waiting.push(...node);
    if (!isNode(node)) continue;
    // A mere mention carries the id too.
    if (typeof node['@id'] === 'string' && Object.keys(node).length > 1) byId.set(node['@id'], node);
    for (const child of Object.values(node)) if (typeof child === 'object') waiting.push(child);
  }
  return byId;
};

/** An organisation at the top is the site's own unless it says otherwise; one inside of an article has to say so. */
const identifiesItself = (node: Node, pageUrl: string, isAtTop: boolean): boolean => {
  const said = [textOf(node.url), textOf(node['@id'])].filter((text) => text !== null);
  if (said.length === 0) return isAtTop;
  const own = canonicalDomain(pageUrl);
  return said.some((text) => {
    const url = URL.parse(text, pageUrl);
    return url !== null && canonicalDomain(url.href) === own;
  });
};

const readImage = (logo: unknown): { url: string; sizes: string | null } | null => {
  if (!isNode(logo)) {
    const url = textOf(logo);
    return url ? { url, sizes: null } : null;
  }
  const url = [logo.url, logo.contentUrl]
    .flatMap(listOf)
    .map(textOf)
    .find((text) => text !== null);
  if (!url) return null;
  const [width, height] = [logo.width, logo.height].map(pixelsOf);
  // Site builders write 1 for pictures whose size they cannot read, such as SVG.
  return { url, sizes: width && height && width * height > 1 ? `${width}x${height}` : null };
};

const pixelsOf = (value: unknown): number | null => {
  const said = isNode(value) ? value.value : value;
  const pixels = Number.parseInt(String(said), 10);
  return Number.isFinite(pixels) && pixels > 0 ? pixels : null;
};
