import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** What a run of deploy.sh left behind. */
export interface Deployed {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A project that exists only in a folder: deploy.sh runs against it with the stand-in for gcloud. */
export const openProject = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-deploy-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'things'));
  await symlink(join(root, 'test/deploy/stand-in-gcloud.sh'), join(folder, 'bin/gcloud'));
  const commandsFile = join(folder, 'commands');
  return {
    run: (args: string[], environment: NodeJS.ProcessEnv = {}) =>
      runDeploy(args, {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        GCLOUD_STATE: folder,
        DEPLOY_RETRY_SECONDS: '0',
        ...environment,
      }),
    /** Writes a file of the caller's own and answers its path. */
    write: async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    /** Everything is there still, but nothing of it is as it was made. */
    async change(): Promise<void> {
      for (const name of await readdir(join(folder, 'things'))) {
        const file = join(folder, 'things', name);
        const lines = (await readFile(file, 'utf8')).split('\n');
        const kept = lines.filter((line) => /^--(revision|serving)=/.test(line));
        await writeFile(file, kept.map((line) => `${line}\n`).join(''));
      }
    },
    /** A secret's value, or the flags that a command took from a file: what is in no argument. */
    kept: (name: string): Promise<string> => readFile(join(folder, name), 'utf8'),
    /** A command that somebody types beside deploy.sh. */
    gcloud: async (args: string[], input = '') => {
      const child = spawn('bash', [join(folder, 'bin/gcloud'), ...args], {
        env: { PATH: process.env.PATH, GCLOUD_STATE: folder },
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      child.stdin.end(input);
      await once(child, 'close');
    },
    /** The commands since the last call, as a shell would read them. */
    async commands(): Promise<string[]> {
      if (!existsSync(commandsFile)) return [];
      const text = await readFile(commandsFile, 'utf8');
      await rm(commandsFile);
      return text.split('\n').filter((line) => line !== '');
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Runs deploy.sh to its end with nobody at the keyboard. */
export const runDeploy = async (args: string[], environment: NodeJS.ProcessEnv): Promise<Deployed> => {
  const child = spawn('bash', [join(root, 'deploy.sh'), ...args], {
    env: { TMPDIR: process.env.TMPDIR, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const [code] = await once(child, 'close');
  return { code, ...said };
};

/** The gcloud commands of a plan, with 1 for what only a project knows. */
export const commandsOf = (plan: string): string[] =>
  [...plan.matchAll(/(?:^|\| |\$\()(gcloud .*?)\)?(?: \| .*)?$/gm)].map(([, command = '']) =>
    command.replaceAll(/"\$(PROJECT_NUMBER|VERSION_[A-Z]+)"/g, '1'),
  );

/** Commands that change something. */
export const changes = (commands: readonly string[]): string[] =>
  commands.filter((command) => !/ (describe|list|get-iam-policy|access) /.test(command));

/** Whether a program is on the path of this machine. */
export const isInstalled = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
