import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';

// Small documents of our own making. None is copied from anywhere; names, numbers and amounts are invented.

type Draw = (pdf: PDFKit.PDFDocument) => void;

/** A PDF drawn by pdfkit, A4 unless the options say otherwise; the same drawing gives the same bytes. */
export const makePdf = (draw: Draw, options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pdf = new PDFDocument({
      size: 'A4',
      margin: 50,
      ...options,
      info: { CreationDate: new Date(0), ...options.info },
    });
    const parts: Buffer[] = [];
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
    draw(pdf);
    pdf.end();
  });

/** Text at places: each row is [x, y, text], points from the top left. */
export const drawRows =
  (rows: readonly (readonly [number, number, string])[], size = 10): Draw =>
  (pdf) => {
    pdf.fontSize(size);
    for (const [x, y, text] of rows) pdf.text(text, x, y, { lineBreak: false });
  };

/** An invoice over one page: letterhead, two address columns, a table, totals. */
export const invoiceRows: readonly (readonly [number, number, string])[] = [
  [50, 50, 'Example Workshop GmbH'],
  [50, 66, 'Musterweg 12, 10115 Berlin'],
  [50, 110, 'Bill to'],
  [320, 110, 'Ship to'],
  [50, 126, 'Sample Trading Ltd'],
  [320, 126, 'Sample Depot'],
  [50, 180, 'Invoice number: 2024-0815'],
  [50, 196, 'Invoice date: 14 March 2024'],
  [50, 240, 'Description'],
  [320, 240, 'Quantity'],
  [470, 240, 'Amount'],
  [50, 258, 'Oak boards, planed'],
  [320, 258, '12'],
  [470, 258, '240.00'],
  [50, 276, 'Delivery'],
  [320, 276, '1'],
  [470, 276, '35.50'],
  [320, 310, 'Total'],
  [470, 310, '275.50'],
];

/** The same invoice as a picture, at `dpi`, turned by `degrees` clockwise. */
export const makeScan = async (
  {
    dpi = 150,
    degrees = 0,
    format = 'png',
  }: { dpi?: number; degrees?: number; format?: 'png' | 'jpeg' | 'webp' | 'tiff' } = {},
  rows = invoiceRows,
): Promise<Buffer> => {
  const texts = rows.map(
    ([x, y, text]) =>
      `<text x="${x}" y="${y + 10}" font-size="11" font-family="DejaVu Sans, Arial, sans-serif">${text}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="595" height="420"><rect width="100%" height="100%" fill="white"/>${texts.join('')}</svg>`;
  return sharp(Buffer.from(svg), { density: dpi })
    .flatten({ background: 'white' })
    .rotate(degrees, { background: 'white' })
    .withMetadata({ density: dpi })
    .toFormat(format)
    .toBuffer();
};

/** A PDF of raw objects: the parts of a file that no library would write. Object 1 has to be the catalogue. */
export const rawPdf = (objects: readonly (string | Buffer)[]): Buffer => {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  objects.forEach((object, index) => {
    places.push(parts.reduce((sum, part) => sum + part.length, 0));
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'));
  });
  const start = parts.reduce((sum, part) => sum + part.length, 0);
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
};

/** One page whose content stream is given, with its dictionary entries such as `/Filter /FlateDecode`. */
export const contentPdf = (content: Buffer, entries: string): Buffer =>
  rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    Buffer.concat([
      Buffer.from(`<< /Length ${content.length} ${entries} >>\nstream\n`),
      content,
      Buffer.from('\nendstream'),
    ]),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]);

/** A few kilobytes that become `bytes` of page content when two layers of compression are undone. */
export const flateBomb = (bytes: number): Buffer =>
  contentPdf(deflateSync(deflateSync(Buffer.alloc(bytes, ' '))), '/Filter [/FlateDecode /FlateDecode]');

/** A page content of arrays within arrays. */
export const nestedPdf = (depth: number): Buffer =>
  contentPdf(Buffer.from(`BT /F1 12 Tf ${'['.repeat(depth)}(a)${']'.repeat(depth)} TJ ET`), '');
