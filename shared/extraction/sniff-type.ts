import { fileTypeFromBuffer } from 'file-type';

const HEAD_BYTES = 4100;
const PDF_HEADER_WITHIN = 1024;

// Text by nature, and yet with a signature of its own.
const textualTypes = new Set([
  'application/rtf',
  'application/postscript',
  'application/eps',
  'text/calendar',
  'text/vcard',
]);

/**
 * The media type that the bytes themselves show, whatever a name or a header claims; null when nothing fits.
 * XML and plain text are told by their content, HTML and SVG from other XML by their root.
 */
export const sniffType = async (bytes: Uint8Array): Promise<string | null> => {
  const head = bytes.subarray(0, HEAD_BYTES);
  // Mail gateways and printers put bytes before the header; every reader accepts it within the first kilobyte.
  if (Buffer.from(head.subarray(0, PDF_HEADER_WITHIN)).includes('%PDF-')) return 'application/pdf';

  // Some signatures are one letter: only what is no text is taken for a film because it begins with a G.
  const known = (await fileTypeFromBuffer(head))?.mime;
  const text = decodeText(head);
  if (known !== undefined && (text === null || textualTypes.has(known))) return known;
  return text === null || decodeText(bytes) === null ? null : typeOfText(text);
};

/**
 * Text of plain or XML bytes: a byte-order mark decides, else UTF-8, else Windows-1252. Null when the bytes hold
 * what no text holds, such as zero bytes.
 */
export const decodeText = (bytes: Uint8Array): string | null => {
  const text = decode(bytes);
  let control = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0) return null;
    if ((code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13) || code === 0xfffd)
      control += 1;
  }
  return control > text.length / 100 ? null : text;
};

const decode = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    // As a stream, so that a character cut at the end of the head is no fault.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    // Not UTF-8: the other encoding in which office programs save text.
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

const typeOfText = (text: string): string => {
  const start = text.slice(0, HEAD_BYTES).trimStart();
  const root = /^(?:<\?[^>]*\?>|<!--[\s\S]*?-->|<!doctype[^>]*>|\s+)*<(?:[\w.-]+:)?([a-z_][\w.-]*)/i.exec(
    start,
  )?.[1];
  if (/^<!doctype html/i.test(start) || root?.toLowerCase() === 'html') return 'text/html';
  if (root?.toLowerCase() === 'svg') return 'image/svg+xml';
  return root !== undefined || start.startsWith('<?xml') ? 'application/xml' : 'text/plain';
};
