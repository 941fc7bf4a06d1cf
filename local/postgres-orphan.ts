import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const launcherFile = (dataDir: string) => join(dataDir, 'launcher.pid');

/** Notes who started the server of this folder, so that a later start can tell a living stack from an orphan. */
export const noteLauncher = async (dataDir: string): Promise<void> => {
  // Root may have left one that the folder's owner can remove but not write.
  await forgetLauncher(dataDir);
  await writeFile(launcherFile(dataDir), `${process.pid}\n`);
};

/** Undoes the note once the server has ended. */
export const forgetLauncher = (dataDir: string): Promise<void> => rm(launcherFile(dataDir), { force: true });

/**
 * Ends the server that a killed run left behind in this folder. Throws when the folder is in use by a living one.
 * A pid in the file of a crashed machine may belong to anything by now, so only a process that is a postgres of this
 * very folder is touched. `dataDir` is the real path, as the server was started with.
 */
export const stopOrphan = async (dataDir: string): Promise<void> => {
  const pid = await firstNumber(join(dataDir, 'postmaster.pid'));
  if (pid === null) return;
  const server = await readProcess(pid);
  if (!server) return;
  if (!servesFolder(server, dataDir)) {
    // The number belongs to a stranger by now, and the server would take that for a living one and refuse to start.
    await rm(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }

  const launcher = await firstNumber(launcherFile(dataDir));
  if (launcher === null || server.parent === launcher) {
    throw new Error(
      `The database in ${dataDir} is in use by process ${launcher ?? pid}. Stop that one first.`,
    );
  }
  // Fast shutdown first, immediate after five seconds; the next start recovers from either.
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    process.kill(pid, signal);
    if (await isGone(pid, patience)) return;
  }
  throw new Error(
    `The server ${pid} that an earlier run left in ${dataDir} does not stop. End it, then start again.`,
  );
};

/** Not our child, so no event tells us: ask until it is gone. */
const isGone = async (pid: number, patience: number): Promise<boolean> => {
  for (const end = Date.now() + patience; Date.now() < end; await delay(20)) {
    if (!(await readProcess(pid))) return true;
  }
  return false;
};

const firstNumber = async (file: string): Promise<number | null> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  const number = Number.parseInt(text, 10);
  return Number.isInteger(number) && number > 0 ? number : null;
};

interface Process {
  parent: number;
  command: string;
}

/** Null when there is no such process, or only its unreaped remains. */
const readProcess = async (pid: number): Promise<Process | null> => {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // `pid (name) state ppid …`, and the name may hold anything.
    const [state, parent] = status?.slice(status.lastIndexOf(')') + 2).split(' ') ?? [];
    if (!parent || state === 'Z') return null;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return { parent: Number(parent), command: words.replaceAll('\0', ' ') };
  }
  const said = await promisify(execFile)('ps', ['-o', 'ppid=,args=', '-p', String(pid)]).catch(() => null);
  const line = /^\s*(\d+)\s+(.*)$/m.exec(said?.stdout ?? '');
  return line ? { parent: Number(line[1]), command: line[2] ?? '' } : null;
};

const servesFolder = ({ command }: Process, dataDir: string): boolean =>
  command.includes('postgres') && command.includes(` -D ${dataDir} `);
