import { createHash } from 'node:crypto';

/**
 * SHA-256 (hex) of a file without what programs write about it, so that an invoice that was saved again with another
 * title, date or producer keeps its checksum. Known are JPEG, PNG and PDF; any other file, and one whose structure
 * does not hold, is hashed as it is. Nothing is inflated: hostile bytes cost one pass.
 */
export const contentChecksum = (bytes: Uint8Array): string => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hash = createHash('sha256');
  for (const part of contentOf(file) ?? [file]) hash.update(part);
  return hash.digest('hex');
};

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const contentOf = (file: Buffer): Buffer[] | null => {
  if (file.length > 4 && file.readUInt16BE(0) === 0xffd8) return jpegContent(file);
  if (file.subarray(0, 8).equals(PNG_SIGNATURE)) return pngContent(file);
  if (file.subarray(0, 1024).includes('%PDF-')) return [pdfContent(file)];
  return null;
};

/** Segments up to the picture itself, without comments and APPn; APP14 stays, it says how colours are meant. */
const jpegContent = (file: Buffer): Buffer[] | null => {
  const kept: Buffer[] = [];
  for (let at = 2; at + 4 <= file.length; ) {
    const marker = file.readUInt16BE(at);
    if (marker === 0xffda) return [...kept, file.subarray(at)];
    const end = at + 2 + file.readUInt16BE(at + 2);
    const describes = marker === 0xfffe || (marker >= 0xffe0 && marker <= 0xffef && marker !== 0xffee);
    if (marker < 0xff00 || end > file.length) return null;
    if (!describes) kept.push(file.subarray(at, end));
    at = end;
  }
  return null;
};

const pngDescriptions = new Set(['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'pHYs']);

const pngContent = (file: Buffer): Buffer[] | null => {
  const kept: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) return null;
    if (!pngDescriptions.has(type)) kept.push(file.subarray(at, end));
    if (type === 'IEND') return kept;
    at = end;
  }
  return null;
};

const TEXT = String.raw`(?:\((?:\\[\s\S]|[^\\()])*\)|<[0-9A-Fa-f\s]*>)`;
const INFO_KEY =
  '/(?:Title|Author|Subject|Keywords|Creator|Producer|CreationDate|ModDate|Trapped|LastModified)';
const INFO_VALUE = new RegExp(String.raw`${INFO_KEY}\s*(?:${TEXT}|/\w+|(\d+ \d+) R)`, 'g');
const TEXT_OBJECT = new RegExp(String.raw`\b(\d+ \d+) obj\s*${TEXT}\s*endobj`, 'g');
const FILE_ID = new RegExp(String.raw`/ID\s*\[\s*(?:${TEXT}\s*){2}\]`, 'g');
/** The dictionary before an XMP packet: its length changes with the packet. */
const METADATA_DICTIONARY = /<<[^<>]{0,300}\/Type\s*\/Metadata[^<>]{0,300}>>/g;

// One latin1 character is one byte, so the text is the file. Cross-reference tables go as well: they hold the places
// of objects, and those move with the length of what is left out.
const pdfContent = (file: Buffer): Buffer => {
  const described = file.toString('latin1');
  const bare = without(
    without(without(described, '<?xpacket begin', '<?xpacket end'), 'xref', 'trailer'),
    'startxref',
    '%%EOF',
  );
  // A value may be an object of its own.
  const values = new Set([...bare.matchAll(INFO_VALUE)].map(([, reference]) => reference));
  const content = bare
    .replaceAll(METADATA_DICTIONARY, '')
    .replaceAll(TEXT_OBJECT, (object, reference) => (values.has(reference) ? '' : object))
    .replaceAll(INFO_VALUE, '')
    .replaceAll(FILE_ID, '');
  return Buffer.from(content, 'latin1');
};

// Not a pattern: a lazy one would scan to the end of the file again for each start without an end.
const without = (text: string, from: string, to: string): string => {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(from, at);
    const end = start < 0 ? -1 : text.indexOf(to, start);
    if (end < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    at = end + to.length;
  }
};
