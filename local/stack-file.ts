import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The ready line of `npm start -- --json`; its keys are a contract. */
export interface StackDescription {
  ready: true;
  /** From the start to here, in milliseconds. */
  ms: number;
  pid: number;
  functions: string;
  cloud_tasks: { grpc: string; rest: string; project: string; location: string };
  /** The owner's connection. */
  database_url: string;
  /** Bearer token of the demo person. */
  token: string;
  workspace_id: string;
  people_id: string;
}

/** Where data is kept when nothing else is said. */
export const DEFAULT_DATA_DIR = '.local';

const fileIn = (folder: string) => join(resolve(folder), 'stack.json');

/** Leaves word of a running stack, so that other commands find it. */
export async function noteStack(folder: string, description: StackDescription): Promise<void> {
  const draft = `${fileIn(folder)}.partial`;
  // It holds a token: for its owner only.
  await writeFile(draft, JSON.stringify(description), { mode: 0o600 });
  await rename(draft, fileIn(folder));
}

/** The stack has stopped. */
export const forgetStack = (folder: string): Promise<void> => rm(fileIn(folder), { force: true });

/** What a running stack noted, or one that was killed; null when there is none. */
export async function readNote(folder: string): Promise<StackDescription | null> {
  const text = await readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${fileIn(folder)} cannot be read (${error.code})`, { cause: error });
  });
  return text === null ? null : (JSON.parse(text) as StackDescription);
}

/** How long a stack may take to say that it is there, in milliseconds; a busy one answers late. */
const HEALTH_CLOCK_MS = 10_000;

/** The stack that runs on this data, or null: never started, stopped, or dead without a word. */
export async function findStack(folder = DEFAULT_DATA_DIR): Promise<StackDescription | null> {
  const note = await readNote(folder);
  if (!note || !isAlive(note.pid)) return null;
  try {
    const { ok } = await fetch(`${note.functions}/health`, { signal: AbortSignal.timeout(HEALTH_CLOCK_MS) });
    return ok ? note : null;
  } catch {
    return null;
  }
}

/** A stack of another user is alive too: asking is refused then. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
