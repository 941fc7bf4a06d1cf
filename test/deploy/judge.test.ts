import { beforeAll, expect, test } from 'vitest';
import { type FlagList, listOf, oneOfEach, readList, refusals } from './gcloud-flags.ts';
import { type Judged, judge } from './judge.ts';
import { type Recorded, recordCombinations } from './judge-combinations.ts';
import { isInstalled } from './run-deploy.ts';

let recorded: Recorded;
let list: FlagList;

beforeAll(async () => {
  [recorded, list] = await Promise.all([recordCombinations(), readList()]);
}, 240_000);

/** A command of deploy.sh, with one thing in it broken, and what is said about that: by the list, and by gcloud. */
const breaks: [start: string, from: RegExp, to: string, byList: string, byGcloud: RegExp][] = [
  ['run deploy', /^--ingress=/, '--ingres=', '--ingres is unknown', /unrecognized arguments: --ingres/],
  ['run deploy', /^--ingress=.*/, '--ingress=inner', '--ingress is one of all, ', /Invalid choice: 'inner'/],
  [
    'run deploy',
    /^--cpu-boost$/,
    '--cpu-boost=yes',
    '--cpu-boost takes no value',
    /ignored explicit argument/,
  ],
  ['run jobs deploy', /^--image=.*/, '--image', '--image needs a value', /expected one argument/],
  ['run services update-traffic', /^update-traffic$/, 'move-traffic', 'no such command', /Invalid choice/],
  ['run jobs execute', /^wellspring-migrate$/, 'a b', 'b is one word too many', /unrecognized arguments: b/],
  [
    'tasks queues create',
    /^(?!tasks$|queues$|create$|gcloud$)[^-].*/,
    '',
    'QUEUE is missing',
    /QUEUE: Must be spec/,
  ],
  ['scheduler jobs create http', /^--uri=.*/, '', 'uri is missing', /--uri: Must be specified/],
  ['run deploy', /^--set-secrets=.*/, '$& --clear-secrets', 'clear-secrets', /At most one of/],
];
/** Commands that gcloud alone knows to be wrong: their values. */
const wrongValues: [start: string, from: RegExp, to: string, byGcloud: RegExp][] = [
  ['run deploy', /^--concurrency=.*/, '--concurrency=many', /must be an integer/],
  ['run deploy', /^--set-env-vars=.*/, '--set-env-vars=TARGET', /Bad syntax for dict arg/],
  ['scheduler jobs create http', /^--uri=https/, '--uri=ftp', /valid HTTP or HTTPS URL/],
];
const broken = (start: string, from: RegExp, to: string): string[] => {
  const isMeant = (words: string[]) =>
    words.slice(1).join(' ').startsWith(`${start} `) && words.some((word) => from.test(word));
  const words = recorded.commands.find(isMeant) ?? [];
  const changed = words
    .flatMap((word) => word.replace(from, to).split(from.test(word) ? ' ' : /$^/))
    .filter((word) => word !== '');
  if (changed.join(' ') === words.join(' ')) throw new Error(`no command ${start} to break`);
  return changed;
};

test('each command of each combination is one that the list of flags knows', () => {
  expect(recorded.runs).toBeGreaterThan(20);
  expect(recorded.commands.length).toBeGreaterThan(400);
  expect(recorded.commands.flatMap((words) => refusals(words, list))).toEqual([]);
});

test('the list knows a broken one', () => {
  for (const [start, from, to, byList] of breaks)
    expect(refusals(broken(start, from, to), list)).toEqual([expect.stringContaining(byList)]);
});

test('the parser of gcloud takes each command, refuses a broken one, and says what the list says', async ({
  skip,
}) => {
  if (!isInstalled('gcloud')) skip('gcloud is not installed: the list of flags alone has judged');
  const commands = oneOfEach(recorded.commands, list);
  const wrong = [
    ...breaks.map(([start, from, to, , why]) => [broken(start, from, to), why] as const),
    ...wrongValues.map(([start, from, to, why]) => [broken(start, from, to), why] as const),
  ];

  const judged = await judge([...commands, ...wrong.map(([words]) => words)]);

  const refusedOf = (some: Judged[]) =>
    some.flatMap(({ words, verdict }) =>
      verdict.success ? [] : [`${words.join(' ')}: ${verdict.error_message}`],
    );
  expect(refusedOf(judged.slice(0, commands.length))).toEqual([]);
  for (const [at, [words, why]] of wrong.entries())
    expect(refusedOf(judged.slice(commands.length + at, commands.length + at + 1)), words.join(' ')).toEqual([
      expect.stringMatching(why),
    ]);
  // Another list: node test/deploy/write-gcloud-flags.ts
  expect(listOf(judged.slice(0, commands.length))).toEqual(list);
});
