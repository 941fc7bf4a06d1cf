import type { DocumentText } from '../../shared/extraction/document-text.ts';
import type { Invoice } from '../../shared/extraction/invoice/invoice.ts';
import { readDocument } from '../../shared/extraction/read-document.ts';
import { readInvoiceDocument } from '../../shared/extraction/read-invoice-document.ts';
import { tryFiles } from './try-files.ts';

const help = `Reads invoices from documents, as ocr_extract and ai_invoice do: e-invoice XML, page text, recognised pictures.

  npm run try -- ai_invoice FILE|DIR… [--json]

  --json   one JSON line per file on stdout
  --help   this text
`;

/** What one file gave; the keys are a contract. */
interface Line {
  file: string;
  status: 'extracted' | 'halted' | 'failed';
  code: string | null;
  message: string | null;
  ms: number;
  pages: number;
  text_chars: number;
  document_type_code: string | null;
  invoice: Partial<Invoice>;
  confidence: Record<string, number>;
  source: Record<string, string>;
}

/** `npm run try -- ai_invoice`; answers the exit code. */
export const tryAiInvoice = (args: string[]): Promise<number> =>
  tryFiles<Line>(args, { help, readOne, readable });

const nothing = { document_type_code: null, invoice: {}, confidence: {}, source: {} };

async function readOne(file: string, bytes: Uint8Array): Promise<Line> {
  const started = performance.now();
  const read = await readDocument(bytes);
  const elapsed = () => Math.round(performance.now() - started);
  if (!read.ok)
    return {
      ...{
        file,
        status: 'failed',
        code: read.code,
        message: read.message,
        ms: elapsed(),
        pages: 0,
        text_chars: 0,
      },
      ...nothing,
    };
  const reading = await readInvoiceDocument(read.document);
  const facts = {
    file,
    ms: elapsed(),
    pages: read.document.pageCount,
    text_chars: charactersOf(read.document),
  };
  if (reading.status !== 'extracted')
    return { ...facts, status: reading.status, code: reading.code, message: reading.message, ...nothing };
  const fields = Object.entries(reading.fields);
  return {
    ...facts,
    ...{ status: 'extracted', code: null, message: null },
    document_type_code: reading.document_type_code,
    invoice: reading.invoice,
    confidence: Object.fromEntries(fields.map(([path, field]) => [path, field.confidence])),
    source: Object.fromEntries(fields.map(([path, field]) => [path, field.source])),
  };
}

const charactersOf = ({ pages }: DocumentText) => pages.reduce((sum, page) => sum + page.text.length, 0);

function readable(line: Line): string {
  const { invoice } = line;
  const facts =
    line.status === 'extracted'
      ? [
          invoice.invoice_number ?? 'no number',
          invoice.issue_date ?? 'no date',
          `${invoice.total_amount ?? 'no total'} ${invoice.currency ?? ''}`,
          invoice.supplier?.name ?? 'no supplier',
        ].join(' · ')
      : `${line.code}, ${line.message}`;
  return `${line.file}: ${line.status}: ${facts} (${line.ms} ms)\n`;
}
