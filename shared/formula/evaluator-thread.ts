import { parentPort, workerData } from 'node:worker_threads';
import { compile, type Program, type Row, type RowResult } from './evaluate-rows.ts';

/** A batch as the thread gets it. */
export interface ThreadRequest {
  /** Equal for equal programs: a compiled one is kept under it. */
  key: string;
  program: Program;
  rows: readonly Row[];
}

/** What the thread answers: the results of the rows in their order, or why the program does not compile. */
export type ThreadAnswer = { results: RowResult[] } | { broken: string };

/** Programs that the thread keeps compiled. */
const KEPT = 100;

if (parentPort) {
  const port = parentPort;
  // Rows done so far: whoever waits sees which row takes too long.
  const done = new Int32Array(workerData as SharedArrayBuffer);
  const programs = new Map<string, ReturnType<typeof compile>>();

  const programOf = ({ key, program }: ThreadRequest) => {
    const known = programs.get(key);
    if (known) return known;
    const run = compile(program);
    if (programs.size >= KEPT) programs.clear();
    programs.set(key, run);
    return run;
  };
  const answer = (request: ThreadRequest): ThreadAnswer => {
    let run: ReturnType<typeof compile>;
    try {
      run = programOf(request);
    } catch (error) {
      return { broken: error instanceof Error ? error.message : String(error) };
    }
    Atomics.store(done, 0, 0);
    return {
      results: request.rows.map((row) => {
        const result = run(row);
        Atomics.add(done, 0, 1);
        return result;
      }),
    };
  };
  port.on('message', (request: ThreadRequest) => port.postMessage(answer(request)));
}
