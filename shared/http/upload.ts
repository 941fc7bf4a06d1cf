import { createHash } from 'node:crypto';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { UPLOAD_MAX_BYTES } from '../domain/limits.ts';
import { badRequest, HttpProblem, payloadTooLarge, schemaProblem } from '../errors.ts';
import { fieldsToDocument } from './dotted-fields.ts';
import { parseJson } from './json.ts';

/** The file of an upload. */
export interface UploadedFile {
  /** As the caller named it, without folders and control characters; never empty. */
  name: string;
  bytes: Uint8Array;
  /** Hex. */
  sha256: string;
}

/** A file and what the caller says about it: `{ data: { type, attributes, relationships } }`, unchecked. */
export interface Upload {
  file: UploadedFile;
  document: unknown;
}

const DOCUMENT_PART_MAX_BYTES = 64 * 1024;
const limits = { files: 2, fields: 64, parts: 66, fieldSize: DOCUMENT_PART_MAX_BYTES, headerPairs: 20 };

/**
 * Takes a multipart form apart: one part `file`, and a JSON part `document` or dotted fields such as
 * `data.attributes.file_name`. Throws a 400 that names the part, and a 413 for a file beyond `maxBytes`.
 */
export const parseUpload = async (
  body: Uint8Array,
  contentType: string,
  { maxBytes = UPLOAD_MAX_BYTES }: { maxBytes?: number } = {},
): Promise<Upload> => {
  const { files, fields } = await readForm(body, contentType, maxBytes);
  const [file, second] = files;
  if (!file) throw schemaProblem({ path: 'file', issue: 'required' });
  if (second) throw schemaProblem({ path: 'file', issue: 'expected one file per request' });
  if (file.bytes.byteLength === 0)
    throw schemaProblem({ path: 'file', issue: 'expected a file that is not empty' });
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  return { file: { ...file, sha256 }, document: documentOf(fields) };
};

interface Form {
  files: Pick<UploadedFile, 'name' | 'bytes'>[];
  fields: [name: string, value: string][];
}

const readForm = (body: Uint8Array, contentType: string, maxBytes: number): Promise<Form> =>
  new Promise((resolve, reject) => {
    const form: Form = { files: [], fields: [] };
    const parser = openParser(contentType, maxBytes);
    const refuse = (error: unknown) =>
      reject(error instanceof HttpProblem ? error : badRequest('The form cannot be read.', { cause: error }));

    parser.on('file', (_field: string, stream: BusboyFileStream, name: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on('limit', () => refuse(payloadTooLarge(maxBytes)));
      stream.on('error', refuse);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => form.files.push({ name: cleanName(name), bytes: Buffer.concat(chunks) }));
    });
    parser.on('field', (name: string | undefined, value, _nameCut, valueCut) => {
      const path = name ?? 'a part without a name';
      if (valueCut)
        refuse(schemaProblem({ path, issue: `expected at most ${DOCUMENT_PART_MAX_BYTES} bytes` }));
      form.fields.push([path, value]);
    });
    for (const event of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(event, () => refuse(badRequest('The form has too many parts.')));
    }
    parser.on('error', refuse);
    parser.on('finish', () => resolve(form));
    parser.end(body);
  });

const openParser = (contentType: string, maxBytes: number) => {
  try {
    return Busboy({
      headers: { 'content-type': contentType },
      limits: { ...limits, fileSize: maxBytes },
      // A JSON part made from a Blob carries a file name; only the part's own name says what it is.
      isPartAFile: (field) => field === 'file',
    });
  } catch (error) {
    throw badRequest('The Content-Type of the form lacks its boundary.', { cause: error });
  }
};

const documentOf = (fields: Form['fields']): unknown => {
  const documents = fields.filter(([name]) => name === 'document');
  const dotted = fields.filter(([name]) => name !== 'document');
  if (documents.length > 1)
    throw schemaProblem({ path: 'document', issue: 'expected one part of this name' });
  const [document] = documents;
  if (!document) return fieldsToDocument(dotted);
  const [unknown] = dotted;
  if (unknown) throw schemaProblem({ path: unknown[0], issue: 'unknown field beside the part `document`' });
  return wrapped(parseJson(Buffer.from(document[1])));
};

/** The part may also hold the attributes alone, with `relationships` among them. */
const wrapped = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'data' in value) return value;
  const { relationships, ...attributes } = value as Record<string, unknown>;
  return {
    data: { type: 'document', attributes, ...(relationships === undefined ? {} : { relationships }) },
  };
};

const cleanName = (name: string | undefined): string => {
  const base = (name ?? '').split(/[\\/]/).at(-1) ?? '';
  // Control characters, and marks that make a name read backwards.
  const printable = base
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .toWellFormed()
    .normalize('NFC')
    .trim();
  const kept = [...printable].slice(-200).join('');
  return kept === '' || /^\.+$/.test(kept) ? 'upload' : kept;
};
