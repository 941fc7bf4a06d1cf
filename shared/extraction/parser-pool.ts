import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { InvoiceXml } from './invoice/xml/parse-invoice-xml.ts';
import {
  CHILD_DOCUMENTS_MAX,
  CHILD_IDLE_MS,
  CHILD_MEMORY_MAX_BYTES,
  CHILD_MEMORY_RENEW_BYTES,
  CHILD_START_MS,
  DOCUMENT_CLOCK_MS,
  PAGE_CLOCK_MS,
} from './limits.ts';
import {
  type ChildMessage,
  type JobResult,
  type PageProgress,
  type ParseRequest,
  type ParseResult,
  type ParserRequest,
  type Raster,
  unreadable,
} from './parser-protocol.ts';

/** Limits of a pool; each has its default in limits.ts. */
export interface ParserPoolSettings {
  /** Children at most, each with one document at a time; further documents wait. */
  children?: number;
  memoryMaxBytes?: number;
  memoryRenewBytes?: number;
  pageClockMs?: number;
  documentClockMs?: number;
  idleMs?: number;
  documentsMax?: number;
}

/** Parses foreign files in child processes. Parsing rejects on abort or when no child can be started. */
export interface ParserPool {
  parse(
    request: ParseRequest,
    options?: { signal?: AbortSignal | undefined; onPage?: ((progress: PageProgress) => void) | undefined },
  ): Promise<ParseResult>;
  /** The XML of one invoice; a child that dies of it refuses it. */
  parseXml(bytes: Uint8Array, options?: { signal?: AbortSignal | undefined }): Promise<InvoiceXml>;
  /** A picture, checked; a child that dies of it refuses it. */
  rasterise(bytes: Uint8Array, options?: { signal?: AbortSignal | undefined }): Promise<Raster>;
  /** Ends the idle children now and the busy ones after their document. */
  close(): void;
  /** Process ids of the living children. */
  pids(): number[];
}

interface Watch {
  signal?: AbortSignal | undefined;
  onPage?: ((progress: PageProgress) => void) | undefined;
}

/** Why a child died of a file. */
interface Death {
  code: 'TOO_LARGE' | 'UNREADABLE';
  message: string;
}

interface Child {
  process: ChildProcess;
  documents: number;
  idle?: NodeJS.Timeout;
}

// The heap is the smaller part of a child's memory; the watchdog measures all of it.
const CHILD_HEAP_MB = 384;
// Foreign files get no write access, no further process and nothing of our environment.
const CHILD_ARGUMENTS = [
  `--max-old-space-size=${CHILD_HEAP_MB}`,
  '--permission',
  '--allow-fs-read=*',
  '--allow-addons',
  '--allow-worker',
];

/** A pool whose children start when they are needed, stay warm for a while and never keep this process alive. */
export const createParserPool = ({
  children = Math.min(2, availableParallelism()),
  memoryMaxBytes = CHILD_MEMORY_MAX_BYTES,
  memoryRenewBytes = CHILD_MEMORY_RENEW_BYTES,
  pageClockMs = PAGE_CLOCK_MS,
  documentClockMs = DOCUMENT_CLOCK_MS,
  idleMs = CHILD_IDLE_MS,
  documentsMax = CHILD_DOCUMENTS_MAX,
}: ParserPoolSettings = {}): ParserPool => {
  const limit = pLimit(children);
  const idle: Child[] = [];
  const living = new Set<Child>();
  let closed = false;

  const start = async (): Promise<Child> => {
    const process = fork(new URL('./parser-child.ts', import.meta.url), [], {
      execArgv: CHILD_ARGUMENTS,
      env: { PARSER_MEMORY_MAX_BYTES: String(memoryMaxBytes) },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const child: Child = { process, documents: 0 };
    living.add(child);
    process.once('exit', () => {
      living.delete(child);
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
    });
    // A child that dies while it is being written to reports its end through `exit`.
    process.on('error', () => process.kill('SIGKILL'));
    const message = await Promise.race([
      once(process, 'message', { signal: AbortSignal.timeout(CHILD_START_MS) }).then(
        ([first]) => first as ChildMessage,
      ),
      once(process, 'exit').then(() => ({ kind: 'broken', message: 'it ended at once' }) as const),
    ]).catch((error: unknown) => ({ kind: 'broken', message: String(error) }) as const);
    if (message.kind === 'ready') return child;
    process.kill('SIGKILL');
    throw new Error(
      `the document parser did not start: ${'message' in message ? message.message : message.kind}`,
    );
  };

  const rest = (child: Child, memoryBytes: number): void => {
    if (closed || child.documents >= documentsMax || memoryBytes > memoryRenewBytes) {
      child.process.kill('SIGKILL');
      return;
    }
    child.idle = setTimeout(() => child.process.kill('SIGKILL'), idleMs).unref();
    child.process.unref();
    child.process.channel?.unref();
    idle.push(child);
  };

  const wake = async (): Promise<Child> => {
    const child = idle.pop() ?? (await start());
    clearTimeout(child.idle);
    child.process.ref();
    child.process.channel?.ref();
    child.documents += 1;
    return child;
  };

  const run = async <Result extends JobResult>(
    request: ParserRequest,
    { signal, onPage }: Watch,
    died: (death: Death) => Result,
  ): Promise<Result> => {
    signal?.throwIfAborted();
    const child = await wake();
    const { process } = child;
    return new Promise<Result>((resolve, reject) => {
      let overrun: Death | undefined;
      const kill = (): void => void process.kill('SIGKILL');
      const expire = (what: string): void => {
        overrun = { code: 'TOO_LARGE', message: `${what} takes longer than a document may` };
        kill();
      };
      const clock = setTimeout(() => expire('the document'), documentClockMs);
      const pageClock = setTimeout(() => expire('a page'), pageClockMs);
      const settle = (): void => {
        clearTimeout(clock);
        clearTimeout(pageClock);
        signal?.removeEventListener('abort', kill);
        process.off('message', onMessage);
        process.off('exit', onExit);
      };
      const onMessage = (message: ChildMessage): void => {
        if (message.kind === 'page') {
          pageClock.refresh();
          onPage?.(message.progress);
          return;
        }
        settle();
        if (message.kind === 'result') {
          rest(child, message.memoryBytes);
          resolve(message.result as Result); // the protocol: of the kind that was asked for
        } else {
          kill();
          reject(
            new Error(`the document parser failed: ${'message' in message ? message.message : message.kind}`),
          );
        }
      };
      const onExit = (code: number | null, by: NodeJS.Signals | null): void => {
        settle();
        if (signal?.aborted) reject(signal.reason);
        else resolve(died(overrun ?? deathOf(code, by)));
      };
      process.on('message', onMessage);
      process.once('exit', onExit);
      signal?.addEventListener('abort', kill, { once: true });
      if (signal?.aborted) kill();
      process.send(request, (error) => error && kill());
    });
  };

  const runInTurn = async <Result extends JobResult>(
    request: ParserRequest,
    watch: Watch,
    died: (death: Death) => Result,
  ): Promise<Result> => {
    const { signal } = watch;
    signal?.throwIfAborted();
    const result = limit(() => run(request, watch, died));
    if (!signal) return result;
    // A document that waits for a child is given up at once; the queue drops it when its turn comes.
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    return Promise.race([result, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
  };

  return {
    parse: (request, options = {}) =>
      runInTurn<ParseResult>({ kind: 'document', ...request }, options, ({ code, message }) =>
        unreadable(code, message),
      ),
    parseXml: (bytes, options = {}) =>
      runInTurn<InvoiceXml>({ kind: 'xml', bytes }, options, ({ code, message }) => ({
        kind: 'refused',
        code,
        reason: message,
      })),
    rasterise: (bytes, options = {}) =>
      runInTurn<Raster>({ kind: 'image', bytes }, options, ({ message }) => ({ ok: false, reason: message })),
    close() {
      closed = true;
      for (const child of idle) child.process.kill('SIGKILL');
    },
    pids: () => [...living].flatMap((child) => child.process.pid ?? []),
  };
};

// Our watchdog, the kernel's and V8's own end of memory; anything else is a crash of the parser.
const deathOf = (code: number | null, by: NodeJS.Signals | null): Death =>
  by === 'SIGKILL' || by === 'SIGABRT' || code === 134
    ? { code: 'TOO_LARGE', message: 'the document needs more memory than a document may' }
    : { code: 'UNREADABLE', message: 'the document crashes its parser' };
