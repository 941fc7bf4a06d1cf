/** What to fetch from outside, and how much of it. */
export interface WebRequest {
  /** Absolute http or https address. */
  url: string;
  signal: AbortSignal;
  /** Value of the Accept header. */
  accept?: string;
  /** Most bytes of the decompressed body that are read; a larger one is refused. */
  maxBytes?: number;
}

/** An answer from outside, whatever its status. */
export interface WebAnswer {
  /** Address that answered, after redirects. */
  url: string;
  status: number;
  /** As the server says it, lower-case without parameters; never trusted for what the body is. */
  contentType: string | null;
  body: Uint8Array;
}

/**
 * Why nothing was fetched. `refused` (a private or reserved address, a scheme or port that is not the web's), `off`
 * (this installation fetches nothing from outside) and `too_large` stay as they are; `unreachable` (no such host, no
 * answer in time, a broken connection, too many redirects) may be better later.
 */
export type WebProblem = 'refused' | 'off' | 'too_large' | 'unreachable';

/** Nothing was fetched; says which address and why, without what a server wrote. */
export class WebError extends Error {
  override name = 'WebError';
  readonly problem: WebProblem;
  constructor(problem: WebProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** The one way to fetch something from outside. */
export interface Web {
  /** Rejects with a WebError when there is no answer; a 404 or 500 is an answer. */
  get(request: WebRequest): Promise<WebAnswer>;
}
