import type { Attachment } from './document-text.ts';
import { ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, PAGE_MAX_RUNS } from './limits.ts';
import type { Run, Turn } from './page-lines.ts';
import { type Matrix, type Pdf, unpdf } from './parser-libraries.ts';

/** The text layer of one page: its runs, the page's size in points, and whether it held more than is read. */
export interface TextLayer {
  width: number;
  height: number;
  runs: Run[];
  truncated: boolean;
}

/** Opens a PDF for its text; throws what pdf.js throws. The caller destroys `loadingTask`. Takes the bytes over. */
export const openPdf = (bytes: Uint8Array): Promise<Pdf> =>
  unpdf.getDocumentProxy(bytes, {
    verbosity: 0,
    useSystemFonts: false,
    disableFontFace: true,
  });

/** Runs of text of a page (from 1) in points, origin top left of the crop box, the page's turn applied. */
export const readTextLayer = async (pdf: Pdf, number: number): Promise<TextLayer> => {
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const { width, height } = viewport;
  const runs: Run[] = [];
  let truncated = false;
  const reader = page.streamTextContent().getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    for (const item of chunk.value.items) {
      if (!isTextItem(item) || item.str.trim() === '') continue;
      const run = runOf(item, viewport.transform);
      if (run && onPage(run, width, height)) runs.push(run);
    }
    if (runs.length > PAGE_MAX_RUNS) {
      truncated = true;
      await reader.cancel(new Error('the page holds more text than is read'));
      break;
    }
  }
  page.cleanup();
  return { width, height, runs: runs.slice(0, PAGE_MAX_RUNS), truncated };
};

/** The attached files with their bytes, at most as many and as large as the limits say. */
export const readAttachments = async (
  pdf: Pdf,
): Promise<{ attachments: Attachment[]; truncated: boolean }> => {
  const names = await pdf.getAttachments();
  const attachments: Attachment[] = [];
  let left = ATTACHMENTS_MAX_BYTES;
  for (const [key, { filename }] of names ?? []) {
    if (attachments.length === ATTACHMENTS_MAX) return { attachments, truncated: true };
    const bytes = await pdf.getAttachmentContent(key);
    if (!bytes) continue;
    left -= bytes.length;
    if (left < 0) return { attachments, truncated: true };
    attachments.push({ name: filename, bytes });
  }
  return { attachments, truncated: false };
};

interface TextItem {
  str: string;
  width: number;
  transform: Matrix;
}

const isTextItem = (item: object): item is TextItem => 'str' in item;

const runOf = ({ str, width, transform }: TextItem, view: Matrix): Run | null => {
  const [a, b, c, d, e, f] = multiply(view, transform);
  const size = Math.hypot(c, d);
  const length = width * Math.hypot(view[0], view[1]);
  if (!(size > 0) || !Number.isFinite(length + size + e + f)) return null;
  const turn = (((Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4) * 90) as Turn;
  const [along, baseline] = { 0: [e, f], 90: [f, -e], 180: [-e, -f], 270: [-f, e] }[turn] as [number, number];
  return { text: str, turn, along, baseline, length, size, confidence: 1 };
};

const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

// What lies outside the crop box was cut off on purpose and is not what a person sees.
const onPage = ({ turn, along, baseline, length }: Run, width: number, height: number): boolean => {
  const [limit, across] = turn === 0 || turn === 180 ? [width, height] : [height, width];
  const start = turn === 0 || turn === 90 ? along : -along - length;
  const line = Math.abs(baseline);
  return start < limit && start + length > 0 && line > 0 && line <= across && signFits(turn, baseline);
};
const signFits = (turn: Turn, baseline: number): boolean =>
  turn === 0 || turn === 270 ? baseline > 0 : baseline < 0;
