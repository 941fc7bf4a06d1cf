import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Argument, Judged } from './judge.ts';

const Kind = z.union([z.enum(['boolean', 'text', 'list', 'value']), z.array(z.string())]);
/**
 * What a flag takes: nothing, any text, a list or dictionary of texts, something else that gcloud reads, such as a
 * number, or one of a few words.
 */
type Kind = z.infer<typeof Kind>;

const CommandFlags = z.object({
  /** Names of the words that are no flags, in order; the last may stand for several, as in "SERVICE...". */
  positionals: z.array(z.string()),
  /** Positionals and flags that it refuses to go without. */
  required: z.array(z.string()),
  /** Of each line at most one part, as in "clear-labels | labels update-labels". */
  exclusive: z.array(z.string()),
  flags: z.record(z.string(), Kind),
});
type CommandFlags = z.infer<typeof CommandFlags>;

const FlagList = z.object({
  everywhere: z.record(z.string(), Kind),
  commands: z.record(z.string(), CommandFlags),
});
/** The commands and flags that deploy.sh uses: by the words after gcloud, and those that every command takes. */
export type FlagList = z.infer<typeof FlagList>;

export const listFile = join(import.meta.dirname, 'gcloud-flags.json');
export const readList = async (): Promise<FlagList> =>
  FlagList.parse(JSON.parse(await readFile(listFile, 'utf8')));

const kinds: Record<string, Kind> = { bool: 'boolean', string: 'text', list: 'list', dict: 'list' };

const namesOf = (argument: Argument): string[] =>
  'group' in argument ? argument.group.arguments.flatMap(namesOf) : [argument.name];

/** Flattens what gcloud says about the arguments of a command. Hidden ones stay away: they may go without notice. */
const readArguments = (
  structure: readonly Argument[],
): { command: CommandFlags; everywhere: Record<string, Kind> } => {
  const command: CommandFlags = { positionals: [], required: [], exclusive: [], flags: {} };
  const everywhere: Record<string, Kind> = {};
  const read = (argument: Argument, isNeeded: boolean): void => {
    if ('group' in argument) {
      const { arguments: inner, mutex = false, required = false, hidden = false } = argument.group;
      if (hidden) return;
      if (mutex && inner.length > 1)
        command.exclusive.push(inner.map((part) => namesOf(part).join(' ')).join(' | '));
      // What a group needs is needed where the group is.
      for (const part of inner) read(part, isNeeded && required && !mutex);
      return;
    }
    if (isNeeded && argument.required) command.required.push(argument.name);
    if (argument.positional) {
      command.positionals.push(argument.name);
      return;
    }
    (argument.global ? everywhere : command.flags)[argument.name] =
      argument.choices ?? kinds[argument.type] ?? 'value';
  };
  for (const argument of structure) read(argument, true);
  return { command, everywhere };
};

/** What gcloud takes, of all that the commands use which it has judged. */
export const listOf = (judged: readonly Judged[]): FlagList => {
  const list: FlagList = { everywhere: {}, commands: {} };
  const groups = Map.groupBy(judged, ({ verdict }) => verdict.command_string_no_args.replace(/^gcloud /, ''));
  for (const [name, group] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = group;
    if (!first) continue;
    const { command, everywhere } = readArguments(first.verdict.args_structure.arguments);
    const words = group.map((one) => one.words.slice(1 + name.split(' ').length));
    const used = new Set(
      words
        .flat()
        .filter(isFlag)
        .map((word) => word.slice(2).split('=', 1)[0] ?? ''),
    );
    const isUsed = (flag: string) => used.has(flag) || used.has(`no-${flag}`);
    const last = command.positionals.length - 1;
    // That a word may be repeated is not among what gcloud says, but it took one that is.
    if (words.some((rest) => rest.filter((word) => !isFlag(word)).length > last + 1))
      command.positionals[last] += '...';
    const exclusive = command.exclusive
      .map((line) => line.split(' | ').map((part) => part.split(' ').filter(isUsed).join(' ')))
      .map((parts) => parts.filter((part) => part !== ''))
      .filter((parts) => parts.length > 1)
      .map((parts) => parts.join(' | '));
    list.commands[name] = { ...command, exclusive, flags: pick(command.flags, isUsed) };
    Object.assign(list.everywhere, pick(everywhere, isUsed));
  }
  return list;
};
const isFlag = (word: string): boolean => word.startsWith('--');
const pick = (flags: Record<string, Kind>, isWanted: (flag: string) => boolean): Record<string, Kind> =>
  Object.fromEntries(
    Object.entries(flags)
      .filter(([flag]) => isWanted(flag))
      .toSorted(),
  );

/** The words of a command that name it, such as "run jobs deploy"; null when the list has no such command. */
export const commandName = (words: readonly string[], { commands }: FlagList): string | null => {
  for (let end = words.length; end > 1; end--) {
    const name = words.slice(1, end).join(' ');
    if (commands[name]) return name;
  }
  return null;
};

/** Why a command would be refused, by the list alone; empty when it knows of no reason. */
export const refusals = (words: readonly string[], list: FlagList): string[] => {
  const name = commandName(words, list);
  const command = name === null ? undefined : list.commands[name];
  if (name === null || !command) return [`${words.join(' ')}: no such command`];
  const reasons: string[] = [];
  const given = new Set<string>();
  let positionals = 0;
  for (const word of words.slice(1 + name.split(' ').length)) {
    if (!isFlag(word)) {
      const positional = command.positionals[positionals] ?? command.positionals.at(-1) ?? '';
      if (positionals >= command.positionals.length && !positional.endsWith('...'))
        reasons.push(`${word} is one word too many`);
      given.add(positional.replace('...', ''));
      positionals++;
      continue;
    }
    const equals = word.indexOf('=');
    const flag = equals === -1 ? word.slice(2) : word.slice(2, equals);
    const opposite = flag.replace(/^no-/, '');
    const kind =
      command.flags[flag] ??
      list.everywhere[flag] ??
      (command.flags[opposite] === 'boolean' ? 'boolean' : undefined);
    given.add(flag).add(opposite);
    if (kind === undefined) reasons.push(`--${flag} is unknown`);
    else if (kind === 'boolean' && equals !== -1) reasons.push(`--${flag} takes no value`);
    else if (kind !== 'boolean' && equals === -1) reasons.push(`--${flag} needs a value`);
    else if (Array.isArray(kind) && !kind.some((choice) => isSame(choice, word.slice(equals + 1))))
      reasons.push(`--${flag} is one of ${kind.join(', ')}`);
  }
  for (const needed of command.required) if (!given.has(needed)) reasons.push(`${needed} is missing`);
  for (const line of command.exclusive) {
    const parts = line.split(' | ').filter((part) => part.split(' ').some((flag) => given.has(flag)));
    if (parts.length > 1) reasons.push(`at most one of ${parts.join(' | ')}`);
  }
  return reasons.map((reason) => `${words.join(' ')}: ${reason}`);
};

/** gcloud takes choices in either case, and with either dash. */
const isSame = (choice: string, value: string): boolean =>
  choice.toLowerCase().replaceAll('_', '-') === value.toLowerCase().replaceAll('_', '-');

/**
 * What the parser can tell apart: commands that differ only in names and texts are one to it, and of a list or
 * dictionary it sees how it is divided.
 */
const shapeOf = (words: readonly string[], list: FlagList): string => {
  const name = commandName(words, list);
  const command = name === null ? undefined : list.commands[name];
  if (name === null || !command) return words.join(' ');
  const rest = words.slice(1 + name.split(' ').length).map((word) => {
    if (!isFlag(word)) return 'WORD';
    const [flag = ''] = word.slice(2).split('=', 1);
    const kind = command.flags[flag] ?? list.everywhere[flag];
    if (kind === 'text') return `--${flag}=`;
    return kind === 'list' ? word.replace(/[^|,=^]+/g, 'x') + flag : word;
  });
  return [name, ...rest].join(' ');
};

/** One command of each shape. */
export const oneOfEach = (commands: readonly string[][], list: FlagList): string[][] => [
  ...new Map(commands.map((words) => [shapeOf(words, list), words])).values(),
];
