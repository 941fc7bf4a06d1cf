export type StorageErrorCode = 'NOT_FOUND' | 'EXISTS' | 'INVALID_PATH';

/** Why a file cannot be kept or read; another attempt would fail the same way. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}$/;

/** Throws StorageError `INVALID_PATH` for what is not plain segments: no `..`, no absolute path, no hidden file. */
export const checkPath = (path: string): void => {
  const segments = path.split('/');
  if (path.length > 500 || segments.length > 12 || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new StorageError('INVALID_PATH', 'a storage path is plain segments joined by slashes');
  }
};

/** `attachment` with the name for old and new browsers; line feeds and quotes cannot get out of it. */
export const dispositionOf = (fileName: string | undefined): string => {
  if (!fileName) return 'attachment';
  const plain = fileName.replaceAll(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};
