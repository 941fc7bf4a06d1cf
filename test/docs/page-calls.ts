import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A call of a page, and what the page shows of its answer. */
export interface PageCall {
  shell: string;
  /** Null where the page shows none. */
  answer: { kind: 'http' | 'json'; text: string } | null;
}

/** The `sh` blocks of a page, each with the `http` or `json` block after it. */
export const readCalls = (page: string): PageCall[] => {
  const calls: PageCall[] = [];
  for (const [, kind, text = ''] of page.matchAll(/^```(sh|http|json)\n(.*?)^```$/gms)) {
    const last = calls.at(-1);
    if (kind === 'sh') calls.push({ shell: text, answer: null });
    else if (last && (kind === 'http' || kind === 'json')) last.answer = { kind, text };
  }
  return calls;
};

/** Runs the calls in one shell, one after the other, and answers what each wrote. */
export const runCalls = async (
  calls: readonly PageCall[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string[]> => {
  const mark = '@@@ end of a call @@@';
  const script = calls.map(({ shell }) => `${shell}\necho; echo '${mark}'`).join('\n');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env });
  return stdout.split(`\n${mark}\n`).slice(0, -1);
};

/** An answer as values that can be compared: what is new in each run has one name. */
export interface Comparable {
  head: string[];
  body: unknown;
}

/** Takes an answer apart: the lines of its head, and its JSON. */
export const readAnswer = ({ kind, text }: NonNullable<PageCall['answer']>): Comparable => {
  const same = text
    .replaceAll('\r', '')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '(id)')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '(time)')
    .replaceAll(/\b[0-9a-f]{32,64}\b/g, '(hex)')
    .trim();
  const [head = '', body = ''] = kind === 'http' ? same.split('\n\n') : ['', same];
  return {
    head: head.split('\n').map((line) => line.replace(/^[\w-]+:/, (name) => name.toLowerCase())),
    body: body === '' ? null : JSON.parse(body),
  };
};
