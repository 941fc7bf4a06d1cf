import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInvoiceXml } from '../../../../../shared/extraction/invoice/xml/parse-invoice-xml.ts';
import {
  decodeXml,
  elements,
  firstElement,
  parseXmlTree,
  pathOf,
  XML_DEPTH_MAX,
  XML_MAX_BYTES,
  XmlRefused,
} from '../../../../../shared/extraction/invoice/xml/tree.ts';
import { ciiXml } from '../../../../support/invoice-xml.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index += 1) {
    view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  }
  return new Uint8Array(view.buffer);
};

describe('decodeXml', () => {
  const text = '<a>Müller</a>';

  test.each([
    ['UTF-8', bytes(text)],
    ['UTF-8 with a byte-order mark', bytes(`\ufeff${text}`)],
    ['UTF-16 little endian with a mark', utf16(`\ufeff${text}`, true)],
    ['UTF-16 big endian with a mark', utf16(`\ufeff${text}`, false)],
    ['UTF-16 little endian without a mark', utf16(text, true)],
    ['UTF-16 big endian without a mark', utf16(text, false)],
    ['Latin-1 without a declaration', latin1(text)],
  ])('reads %s', (_name, encoded) => {
    expect(decodeXml(encoded)).toBe(text);
  });

  test.each(['ISO-8859-1', 'UTF-8', 'utf-16', 'no-such-encoding'])(
    'reads Latin-1 bytes declared as %s',
    (name) => {
      expect(decodeXml(latin1(`<?xml version="1.0" encoding="${name}"?><a>Müller</a>`))).toContain('Müller');
    },
  );

  test('believes valid UTF-8 over a declaration of Latin-1', () => {
    expect(decodeXml(bytes('<?xml version="1.0" encoding="ISO-8859-1"?><a>Müller</a>'))).toContain('Müller');
  });
});

describe('parseXmlTree', () => {
  test('keeps numbers as text and resolves entities', () => {
    const root = parseXmlTree(
      bytes('<x:a xmlns:x="u"><b k="1">00012</b><b>a &amp; &#228; <![CDATA[<c>]]></b></x:a>'),
    );

    expect(elements(root, 'b').map(({ text }) => text)).toEqual(['00012', 'a & ä <c>']);
    expect(firstElement(root, 'b')?.attributes.k).toBe('1');
    expect(elements(root, 'b').map(pathOf)).toEqual(['/a/b[1]', '/a/b[2]']);
  });

  const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['an unclosed tag', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['a DOCTYPE in small letters', '<!doctype a><a/>'],
    ['a billion laughs', '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'],
    ['200,000 levels', nested(200_000)],
    ['a level too many', nested(XML_DEPTH_MAX + 2)],
    ['names of the prototype', '<a><__proto__>1</__proto__><constructor>2</constructor></a>'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseXmlTree(bytes(text))).toThrow(XmlRefused);
  });

  test('refuses what is too large before decoding it', () => {
    expect(() => parseXmlTree(new Uint8Array(XML_MAX_BYTES + 1))).toThrow('larger than 5 MB');
  });

  test('reads up to the depth it allows', () => {
    expect(parseXmlTree(bytes(nested(XML_DEPTH_MAX))).name).toBe('a');
  });

  test('says in UTF-16 what it says in UTF-8 about a DOCTYPE', () => {
    expect(() => parseXmlTree(utf16('\ufeff<!DOCTYPE a><a/>', true))).toThrow('DOCTYPE');
  });

  test('never throws anything else, whatever the bytes', () => {
    const good = ciiXml();
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.nat(40),
        fc.string({ maxLength: 12, unit: 'binary' }),
        (at, cut, noise) => {
          const xml = parseInvoiceXml(bytes(good.slice(0, at) + noise + good.slice(at + cut)));
          return ['invoice', 'other', 'refused'].includes(xml.kind);
        },
      ),
      { numRuns: 60 },
    );
  });
});
