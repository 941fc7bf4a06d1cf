import { parseImage } from './parse-image.ts';
import { parsePdf } from './parse-pdf.ts';
import type { PageProgress, ParseRequest, ParseResult } from './parser-protocol.ts';

/**
 * Parses one PDF or picture; runs inside the parser child only. What the file is to blame for comes back as a result;
 * it rejects when this installation is, such as missing language data.
 */
export const parseDocument = (
  request: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<ParseResult> =>
  request.mediaType === 'application/pdf' ? parsePdf(request, onPage) : parseImage(request, onPage);
