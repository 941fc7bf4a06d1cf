import type { IncomingMessage, ServerResponse } from 'node:http';
import { payloadTooLarge, unsupportedMediaType } from '../errors.ts';

/** How long what a refused caller still sends is thrown away before its connection is cut, in milliseconds. */
const LINGER_MS = 2_000;

/** The caller went away before its body was complete: there is nobody to answer. */
export class ClientGone extends Error {
  constructor() {
    super('the caller hung up before its body was complete');
    this.name = 'ClientGone';
  }
}

/** Whether the request announces a body, of whatever length. */
export const hasBody = (req: IncomingMessage): boolean =>
  req.headers['transfer-encoding'] !== undefined || req.headers['content-length'] !== undefined;

/**
 * The whole body, counted while it streams in. Throws a 413 as soon as more than `limit` bytes are announced or have
 * come, and ClientGone when the caller hangs up.
 */
export const readBody = async (
  req: IncomingMessage,
  res: ServerResponse,
  limit: number,
): Promise<Buffer<ArrayBuffer>> => {
  if (!hasBody(req)) return Buffer.alloc(0);
  if (Number(req.headers['content-length'] ?? 0) > limit) throw payloadTooLarge(limit);
  if (expectsContinue(req)) res.writeContinue();

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (settle: () => void) => {
      req.off('data', onData).off('end', onEnd).off('close', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > limit) stop(() => reject(payloadTooLarge(limit)));
      else chunks.push(chunk);
    };
    const onEnd = () => stop(() => resolve(Buffer.concat(chunks, size)));
    const onClose = () => stop(() => reject(new ClientGone()));
    // The listener for errors stays: a socket that breaks later must not become an uncaught exception.
    req.on('error', () => {});
    req.on('data', onData).on('end', onEnd).on('close', onClose);
  });
};

/**
 * Lets a caller read its refusal although it is still sending. Closing at once would reset the connection, and with
 * it the answer; reading on for ever would be what the limit is there against.
 */
export const discardRest = (req: IncomingMessage, res: ServerResponse): void => {
  if (req.complete || !hasBody(req)) return;
  // Who waits for `100 Continue` may never send the body, so the connection cannot be used again.
  if (expectsContinue(req) && !res.headersSent) res.setHeader('connection', 'close');
  req.resume();
  const cut = setTimeout(() => req.socket.destroy(), LINGER_MS);
  req.once('close', () => clearTimeout(cut));
};

/** Throws a 415 for a body that says it is compressed: its real size would not be known before it is unpacked. */
export const refuseContentEncoding = (req: IncomingMessage): void => {
  const encoding = req.headers['content-encoding'];
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw unsupportedMediaType('Send the body without Content-Encoding.');
  }
};

/** Throws a 415 for a body that is not a form with files. */
export const requireFormType = (req: IncomingMessage): void => {
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(req.headers['content-type'] ?? ''))
    throw unsupportedMediaType('Send multipart/form-data.');
};

const expectsContinue = (req: IncomingMessage): boolean =>
  req.headers.expect?.toLowerCase() === '100-continue';
