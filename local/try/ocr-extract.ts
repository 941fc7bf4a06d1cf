import { classifyDocument } from '../../functions/ocr_extract/classify-document.ts';
import { detectLanguage } from '../../functions/ocr_extract/detect-language.ts';
import { readDocument } from '../../shared/extraction/read-document.ts';
import { tryFiles } from './try-files.ts';

const help = `Reads the text of documents, as ocr_extract does.

  npm run try -- ocr_extract FILE|DIR… [--json]

  --json   one JSON line per file on stdout
  --help   this text
`;

/** What one file gave. */
interface Line {
  file: string;
  status: 'extracted' | 'failed';
  code: string | null;
  message: string | null;
  ms: number;
  pages: number;
  text_chars: number;
  text: string | null;
  document_type: string | null;
  type_confidence: number;
  language: string | null;
}

/** `npm run try -- ocr_extract`; answers the exit code. */
export const tryOcrExtract = (args: string[]): Promise<number> =>
  tryFiles<Line>(args, { help, readOne, readable });

async function readOne(file: string, bytes: Uint8Array): Promise<Line> {
  const started = performance.now();
  const read = await readDocument(bytes);
  const ms = Math.round(performance.now() - started);
  if (!read.ok)
    return {
      ...{
        file,
        status: 'failed',
        code: read.code,
        message: read.message,
        ms,
        pages: 0,
        text_chars: 0,
        text: null,
      },
      ...{ document_type: null, type_confidence: 0, language: null },
    };
  const { document } = read;
  const text = document.pages.map((page) => page.text).join('\n\f');
  const { document_type, type_confidence } = classifyDocument(document);
  return {
    ...{ file, status: 'extracted', code: null, message: null, ms, pages: document.pageCount },
    ...{
      text_chars: text.length,
      text,
      document_type,
      type_confidence,
      language: detectLanguage(text).language,
    },
  };
}

const readable = (line: Line): string =>
  `${line.file}: ${line.status}${line.code ? ` ${line.code}, ${line.message}` : ''}, ${line.pages} pages, ${line.text_chars} characters, ${line.document_type ?? 'unknown type'}, ${line.language ?? 'unknown language'}, ${line.ms} ms\n${line.text ?? ''}\n`;
