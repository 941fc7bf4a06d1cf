import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** What gcloud says about one argument of a command, or about several that belong together. */
export type Argument =
  | { group: { arguments: Argument[]; mutex?: boolean; required?: boolean; hidden?: boolean } }
  | { name: string; positional: true; required?: boolean }
  | {
      name: string;
      positional?: undefined;
      type: string;
      required: boolean;
      global?: boolean;
      choices?: string[];
    };

const Argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([
    z.object({
      group: z.object({
        arguments: z.array(Argument),
        mutex: z.boolean().exactOptional(),
        required: z.boolean().exactOptional(),
        hidden: z.boolean().exactOptional(),
      }),
    }),
    z.object({ name: z.string(), positional: z.literal(true), required: z.boolean().exactOptional() }),
    z.object({
      name: z.string(),
      type: z.string(),
      required: z.boolean(),
      global: z.boolean().exactOptional(),
      choices: z.array(z.string()).exactOptional(),
    }),
  ]),
);

const Verdict = z.object({
  success: z.boolean(),
  command_string: z.string(),
  command_string_no_args: z.string(),
  error_message: z.string().nullable(),
  args_structure: z.object({ arguments: z.array(Argument).default([]) }),
});
/** The words of a command, and what the parser of gcloud says: whether it takes them, and all that it would take. */
export interface Judged {
  words: string[];
  verdict: z.infer<typeof Verdict>;
}

/** The words of each command, as bash reads them. */
export const wordsOf = async (commands: readonly string[]): Promise<string[][]> => {
  const child = spawn('bash', ['-s'], { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  child.stdin.end(`gcloud() { printf '%s\\0' gcloud "$@"; printf '\\n'; }\n${commands.join('\n')}\n`);
  await once(child, 'close');
  const read = text
    .split('\0\n')
    .slice(0, -1)
    .map((line) => line.split('\0'));
  if (read.length !== commands.length) throw new Error('not every command could be read');
  return read;
};

/** A word for a shell, and for those who read like one: a flag still begins with its dashes. */
const quoted = (word: string): string => {
  const [, flag = '', value = ''] = /^(--[a-z-]+=)?(.*)$/s.exec(word) ?? [];
  return /^[\w./:=@,+%-]*$/.test(value) ? word : `${flag}'${value.replaceAll("'", `'\\''`)}'`;
};

/** The verdicts of `gcloud meta lint-gcloud-commands`, in the order of the commands, by two processes side by side. */
export const judge = async (commands: readonly string[][]): Promise<Judged[]> => {
  const half = Math.ceil(commands.length / 2);
  const halves = [commands.slice(0, half), commands.slice(half)].filter((part) => part.length > 0);
  return (await Promise.all(halves.map(judgeTogether))).flat();
};

const judgeTogether = async (commands: readonly string[][]): Promise<Judged[]> => {
  const lines = commands.map((words) => words.map(quoted).join(' '));
  // It leaves out what follows a #, and judges twice the same once.
  if (lines.some((line) => line.includes('#'))) throw new Error('a command with # is judged in part only');
  if (new Set(lines).size !== lines.length) throw new Error('a command is to be judged twice');
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-judge-'));
  try {
    const file = join(folder, 'commands.json');
    await writeFile(file, JSON.stringify(lines.map((line) => ({ command_string: line }))));
    const { stdout } = await promisify(execFile)(
      'gcloud',
      ['meta', 'lint-gcloud-commands', `--commands-file=${file}`],
      { env: { ...process.env, CLOUDSDK_CONFIG: folder }, maxBuffer: 1 << 28 },
    );
    const verdicts = z.array(Verdict).parse(JSON.parse(stdout));
    if (verdicts.length !== lines.length) throw new Error('not every command was judged');
    return commands.flatMap((words, at) => {
      const verdict = verdicts[at];
      return verdict ? [{ words, verdict }] : [];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
