import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Largest XML that is read at all, in bytes. */
export const XML_MAX_BYTES = 5 * 1024 * 1024;
/** How deep its elements may nest; an e-invoice stays below 15. */
export const XML_DEPTH_MAX = 64;

/** The XML is broken, too large or uses what no e-invoice needs; the message says which and quotes nothing. */
export class XmlRefused extends Error {
  override name = 'XmlRefused';
}

/** An element without its namespace prefix, its text trimmed and its entities resolved. */
export interface XmlElement {
  name: string;
  /** The name, with its place among siblings of that name where there are several: `InvoiceLine[2]`. */
  step: string;
  text: string;
  parent: XmlElement | null;
  attributes: Record<string, string>;
  children: XmlElement[];
}

const BYTE_ORDER_MARKS: [string, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const utf8 = (bytes: Uint8Array) => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null; // not UTF-8, so the declaration is asked
  }
};

const declaredDecoder = (bytes: Uint8Array) => {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]?.toLowerCase();
  // Bytes that are no UTF-8 but say so were almost always written on Windows.
  if (!declared || /^utf-?(8|16)/.test(declared)) return new TextDecoder('windows-1252');
  try {
    return new TextDecoder(declared);
  } catch {
    return new TextDecoder('windows-1252'); // an encoding nobody knows
  }
};

/** The characters of an XML file: the bytes decide before the declaration does, which is often wrong. */
export const decodeXml = (bytes: Uint8Array): string => {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return new TextDecoder(marked[0]).decode(bytes);
  if (bytes[0] === 0x3c && bytes[1] === 0) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0 && bytes[1] === 0x3c) return new TextDecoder('utf-16be').decode(bytes);
  return utf8(bytes) ?? declaredDecoder(bytes).decode(bytes);
};

const ATTRIBUTE = '@_';
const TEXT = '#text';

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  parseTagValue: false,
  trimValues: false, // it would also eat the space before CDATA; `element` trims

  parseAttributeValue: false,
  alwaysCreateTextNode: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Without it numeric references such as &#228; stay unresolved; named ones cannot nest, since a DOCTYPE is refused.
  htmlEntities: true,
  maxNestedTags: XML_DEPTH_MAX,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

type Raw = { [key: string]: string | Raw[] };

const element = (name: string, step: string, raw: Raw, parent: XmlElement | null): XmlElement => {
  const made: XmlElement = { name, step, text: '', parent, attributes: {}, children: [] };
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== 'string') {
      for (const [index, child] of value.entries()) {
        const place = value.length > 1 ? `${key}[${index + 1}]` : key;
        made.children.push(element(key, place, child, made));
      }
    } else if (key === TEXT) made.text = value.replace(/\s+/g, ' ').trim();
    else made.attributes[key.slice(ATTRIBUTE.length)] = value;
  }
  return made;
};

const parse = (text: string): Raw => {
  try {
    return parser.parse(text) as Raw; // the shape the options above fix
  } catch (cause) {
    throw new XmlRefused('the XML is nested too deep or uses names it may not', { cause });
  }
};

/** The root element; throws XmlRefused for anything but one well-formed tree without a DOCTYPE, up to 5 MB. */
export const parseXmlTree = (bytes: Uint8Array): XmlElement => {
  if (bytes.byteLength > XML_MAX_BYTES) throw new XmlRefused('the XML is larger than 5 MB');
  const text = decodeXml(bytes).trim();
  // Before any parsing: entities are where XML attacks live, and no e-invoice has a DOCTYPE.
  if (/<!DOCTYPE/i.test(text)) throw new XmlRefused('the XML has a DOCTYPE');
  if (XMLValidator.validate(text) !== true) throw new XmlRefused('the XML is not well-formed');

  const [root, ...others] = Object.entries(parse(text)).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : value.map((raw) => element(name, name, raw, null)),
  );
  if (!root || others.length > 0) throw new XmlRefused('the XML does not have exactly one root element');
  return root;
};

/** Every element at `path` below `from`; a step may name alternatives (`ID|IssuerAssignedID`). */
export const elements = (from: XmlElement | undefined, path: string): XmlElement[] =>
  path.split('/').reduce<XmlElement[]>(
    (found, step) => {
      const names = step.split('|');
      return found.flatMap((node) => node.children.filter((child) => names.includes(child.name)));
    },
    from ? [from] : [],
  );

/** The first element at `path` below `from`. */
export const firstElement = (from: XmlElement | undefined, path: string): XmlElement | undefined =>
  elements(from, path)[0];

/** Where an element stands: `/Invoice/InvoiceLine[2]/ID`. */
export const pathOf = ({ step, parent }: XmlElement): string => `${parent ? pathOf(parent) : ''}/${step}`;
