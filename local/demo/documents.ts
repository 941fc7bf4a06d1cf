import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { type DemoInvoice, demoInvoices, suppliers } from './demo-data.ts';
import { facturX } from './factur-x.ts';
import { layouts } from './layouts.ts';

/** Documents of the demo workspace, written into the folder where they are missing; the paths, in order. */
export async function writeDemoDocuments(
  folder: string,
  invoices: readonly DemoInvoice[] = demoInvoices,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const invoice of invoices) {
    const file = join(folder, invoice.file);
    files.push(file);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (!exists) await writeFile(file, await makeDocument(invoice));
  }
  return files;
}

/** A demo invoice as PDF: text, text with embedded Factur-X, or a scanned page. */
export async function makeDocument(invoice: DemoInvoice): Promise<Buffer> {
  const text = await print((page) => {
    layouts[invoice.layout](page, invoice, suppliers[invoice.supplier]);
    if (invoice.kind === 'factur-x') page.file(Buffer.from(facturX(invoice)), factureXFile);
  });
  return invoice.kind === 'scan' ? scan(text) : text;
}

/** What Factur-X asks of the attachment; the types of pdfkit leave the relationship out. */
const factureXFile = {
  name: 'factur-x.xml',
  type: 'text/xml',
  relationship: 'Alternative',
} as PDFKit.Mixins.PDFAttachmentOptions;

const A4: [number, number] = [595.28, 841.89];
const SCAN_DPI = 170;
const POINTS_PER_INCH = 72;

function print(draw: (page: PDFKit.PDFDocument) => void): Promise<Buffer> {
  // A fixed date, so that the same invoice makes the same bytes.
  const page = new PDFDocument({
    size: A4,
    margin: 50,
    info: { CreationDate: new Date(0), Producer: 'Wellspring demo' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  page.on('end', () => resolve(Buffer.concat(chunks)));
  page.on('error', reject);
  draw(page);
  page.end();
  return promise;
}

/** The page as a scanner gives it: a slightly turned, grey picture without a text layer. */
async function scan(pdf: Buffer): Promise<Buffer> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const { data } = await document.getPage(0).render({
      scale: SCAN_DPI / POINTS_PER_INCH,
      render: ({ data, width, height }) =>
        sharp(data, { raw: { width, height, channels: 4 } })
          .flatten({ background: '#fff' })
          .rotate(0.4, { background: '#f4f4f2' })
          .greyscale()
          .blur(0.6)
          .jpeg({ quality: 72 })
          .toBuffer(),
    });
    document.destroy();
    return print((page) => page.image(Buffer.from(data), 0, 0, { width: A4[0], height: A4[1] }));
  } finally {
    library.destroy();
  }
}
