import { isUtf8 } from 'node:buffer';
import { type CheerioAPI, load } from 'cheerio/slim';
import { cleanText } from './clean-text.ts';

/** A page of a web site as the readers take it. */
export interface SitePage {
  /** Address that answered. */
  url: string;
  $: CheerioAPI;
  /** What a visitor reads, one block per line, in the order of the source; hidden parts are left out. */
  lines: string[];
  /** The same of its footers, where sites without a legal notice name their numbers. */
  footer: string[];
}

/** Characters of visible text that are read of one page. */
const TEXT_MAX = 200_000;

/** Longer blocks are cut: no label is that far from its value, and patterns stay quick on whatever is written. */
const LINE = /.{1,1000}(?!\S)|.{1,1000}/g;

type Node = ReturnType<CheerioAPI['root']>[0]['children'][number];

const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption dd details div dl dt fieldset figcaption footer form h1 h2 h3 h4 ' +
    'h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);
const UNREAD = new Set('head iframe noscript object script select style svg template title'.split(' '));

const isHidden = (attributes: Record<string, string>) =>
  'hidden' in attributes ||
  attributes['aria-hidden'] === 'true' ||
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])/i.test(attributes.style ?? '');

/** Walks with a list of its own: a page may nest deeper than a call stack. */
const visibleText = (nodes: readonly Node[]): string => {
  const pieces: string[] = [];
  let length = 0;
  const open: (Node | string)[] = [...nodes].reverse();
  while (open.length > 0 && length < TEXT_MAX) {
    const node = open.pop();
    const piece =
      typeof node === 'string' ? node : node?.type === 'text' ? node.data.replace(/\s+/g, ' ') : '';
    length += piece.length;
    if (piece !== '') pieces.push(piece);
    else if (typeof node === 'string') continue;
    else if (node?.type === 'tag' && !UNREAD.has(node.name) && !isHidden(node.attribs)) {
      const edge = BLOCKS.has(node.name) ? '\n' : '';
      open.push(edge);
      for (let child = node.lastChild; child; child = child.prev) open.push(child);
      open.push(edge);
    }
  }
  return pieces.join('').slice(0, TEXT_MAX);
};

/** The encoding that the page names: by its first bytes, else in a tag near its beginning. */
const declaredEncoding = (bytes: Buffer): string => {
  if (bytes.readUInt16BE(0) === 0xfffe) return 'utf-16le';
  if (bytes.readUInt16BE(0) === 0xfeff) return 'utf-16be';
  const head = bytes.subarray(0, 2_048).toString('latin1');
  return /<(?:meta|\?xml)[^>]+(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? 'windows-1252';
};

// Bytes that are UTF-8 are never by chance; only others are taken for what the page declares.
const decode = (body: Uint8Array): string => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length < 2 || isUtf8(bytes)) return bytes.toString('utf8');
  try {
    return new TextDecoder(declaredEncoding(bytes)).decode(bytes);
  } catch {
    return bytes.toString('latin1'); // it names an encoding that nobody knows
  }
};

/** How deep elements may nest; everything that parses and searches takes the square of it. Pages stay under 100. */
const NESTING_MAX = 500;
const TAG = /<(\/?)([a-z][a-z0-9-]*)(?=[\s/>])/gi;
/** Elements that end by themselves. */
const NOT_NESTING = new Set(
  'area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr'.split(
    ' ',
  ),
);

/** The page up to where it nests deeper than any page does. */
const upToDepth = (html: string): string => {
  let depth = 0;
  for (const { 1: closes, 2: name = '', index } of html.matchAll(TAG)) {
    if (NOT_NESTING.has(name.toLowerCase())) continue;
    depth = closes ? Math.max(0, depth - 1) : depth + 1;
    if (depth > NESTING_MAX) return html.slice(0, index);
  }
  return html;
};

// Without the rules that browsers mend broken pages by, which cost more than they bring here.
const parse = (html: string): CheerioAPI => load(upToDepth(html), { xml: { xmlMode: false } });

/** The elements of an HTML page in whatever encoding it is; anything is a page, however broken. */
export const parsePage = (body: Uint8Array): CheerioAPI => parse(decode(body));

/** Parses a page and reads its text. */
export const readPage = (url: string, body: Uint8Array): SitePage => {
  const $ = parsePage(body);
  return {
    url,
    $,
    lines: linesOf($.root().contents().toArray()),
    footer: linesOf($('footer, #footer, .footer').toArray()),
  };
};

const linesOf = (nodes: readonly Node[]): string[] =>
  visibleText(nodes)
    .split('\n')
    .flatMap((line) => cleanText(line).match(LINE) ?? []);

/** The text of a value that may hold markup or entities, as JSON-LD and meta tags often do. */
export const plainValue = (value: string): string =>
  cleanText(/[<&]/.test(value) ? parse(value).root().text() : value);

/** The content of the first of these meta tags that has any; null when none. */
export const metaContent = ({ $ }: SitePage, names: readonly string[]): string | null => {
  for (const name of names) {
    for (const element of $(`meta[property="${name}" i], meta[name="${name}" i]`).toArray()) {
      const content = plainValue(element.attribs.content ?? '');
      if (content !== '') return content;
    }
  }
  return null;
};
