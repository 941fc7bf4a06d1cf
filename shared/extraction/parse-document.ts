import { parsePdf } from './parse-pdf.ts';
import { type PageProgress, type ParseRequest, type ParseResult, unreadable } from './parser-protocol.ts';

/**
 * Parses one PDF or image; runs inside the parser child only. What the file is to blame for comes back as a result;
 * it rejects when this installation is, such as missing language data.
 */
export const parseDocument = async (
  request: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<ParseResult> => {
  if (request.mediaType === 'application/pdf') return parsePdf(request, onPage);
  return unreadable('UNSUPPORTED_TYPE', `files of type ${request.mediaType} are not read`);
};
