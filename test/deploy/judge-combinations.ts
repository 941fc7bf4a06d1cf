import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { catalogue } from '../../shared/domain/catalogue.ts';
import { wordsOf } from './judge.ts';
import { commandsOf, type Deployed, openProject, runDeploy } from './run-deploy.ts';

// One function of each kind, which has every flag of that kind. A plan of all functions has the values of the others.
const oneOfEachKind = [...new Map(catalogue.map(({ kind, name }) => [kind, name])).values()];
const few = oneOfEachKind.join(',');
const others = catalogue.flatMap(({ name }) => (oneOfEachKind.includes(name) ? [] : [name])).join(',');
/** A worker and the one with a schedule: each step of an apply, and few calls. */
const two = 'logo,sweep';
const placeOf = (project: string) => ['--project', project, '--region', 'europe-west1'];
const demo = placeOf('wellspring-demo-1');
const shop = placeOf('example.com:shop');
const given = ['--database', 'example.com:books:europe-west3:theirs'];
const openaiCompatible = [
  ...['MODEL_PROVIDER=openai_compatible', 'MODEL_BASE_URL=https://m.example/v1', 'EXTENSION_IDS='],
  "FRENCH_COMPANIES_URL='https://companies.example/?a=1&b=2,3'",
].join('\n');

const localStack = { GOOGLE_CLOUD_PROJECT: 'wellspring-local', TASKS_LOCATION: 'europe-west1' };

/**
 * Every combination of what changes the commands of a plan: the project, the part of it, the functions, the database and
 * the settings. To functions alone a project is no more than its id, so they have the one or the other.
 */
const plans = (settings: string): string[][] => {
  const options = [[], given].flatMap((database) =>
    [[], ['--settings', settings]].map((model) => [...database, ...model]),
  );
  return [
    ['plan', ...demo],
    ...options.slice(1).map((option) => ['plan', ...demo, '--only', few, ...option]),
    ...options.map((option) => ['plan', ...shop, '--only', few, ...option]),
    ...options.map((option, at) => [
      ...['plan', ...(at % 2 === 0 ? demo : shop), '--functions-only'],
      ...(at < 2 ? ['--only', few] : ['--except', others]),
      ...option,
    ]),
    ...[demo, shop].map((place) => ['plan', ...place, '--queues-only']),
    ['plan', ...demo, '--queues-only', '--except', few],
  ];
};

/** What is recorded of a run: how often deploy.sh ran, and the words of each command, once. */
export interface Recorded {
  runs: number;
  commands: string[][];
}

/** Runs deploy.sh in every combination, without Google, and answers all the commands it would issue. */
export const recordCombinations = async (): Promise<Recorded> => {
  await using files = await openProject();
  const settings = await files.write('settings', openaiCompatible);
  const seen = new Set<string>();
  let runs = 0;
  const expectSuccess = ({ code, stderr }: Deployed, args: string[]) => {
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    runs++;
  };
  const plan = async (args: string[]) => {
    const ended = await runDeploy(args, { PATH: '/usr/bin:/bin' });
    expectSuccess(ended, args);
    for (const command of commandsOf(ended.stdout)) seen.add(command);
  };
  // A project from its first apply to its end: made, changed in every part, gone back, used, and taken away.
  const live = async () => {
    await using project = await openProject();
    const run = async (environment: NodeJS.ProcessEnv, ...args: string[]) => {
      expectSuccess(await project.run(args, environment), args);
      for (const command of await project.commands()) seen.add(command);
    };
    await run({}, 'apply', ...demo, '--only', two);
    await project.change();
    const changed = ['--only', two, '--settings', settings];
    await run({ WELLSPRING_MODEL_API_KEY: 'secret' }, 'apply', ...demo, ...changed);
    await run({}, 'rollback', ...demo, '--only', two);
    await run({}, 'workspace', ...demo, '--name', 'Atelier, North', '--country', 'FR');
    await run({}, 'destroy', ...demo, '--yes', 'wellspring-demo-1');
    // It asks whether the stack is there, and gcloud does the rest.
    const stack = createServer().listen(0, '127.0.0.1');
    await once(stack, 'listening');
    const { port } = stack.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    await run({ ...localStack, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: url }, '--local');
    stack.close();
  };
  const waiting = [live, ...plans(settings).map((args) => () => plan(args))];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all([lane(), lane()]);
  const distinct = new Map((await wordsOf([...seen])).map((words) => [words.join('\0'), words]));
  return { runs, commands: [...distinct.values()] };
};
