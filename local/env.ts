import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';
import { DEFAULT_DATA_DIR, findStack } from './stack-file.ts';

const help = `Prints the settings of the running stack as export lines, for: eval "$(npm run -s env)"

  npm run env -- [--data DIR] [--json | --example]

  --data DIR   data folder of the stack (default ${DEFAULT_DATA_DIR}/)
  --json       one JSON object instead of export lines
  --example    the text of .env.example: every setting that functions read
  --help       this text
`;

const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: DEFAULT_DATA_DIR },
      json: { type: 'boolean', default: false },
      example: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.example) {
    const { exampleEnvironment } = await import('../shared/config.ts');
    process.stdout.write(exampleEnvironment());
    return 0;
  }
  const stack = await findStack(values.data);
  if (!stack) throw new Error(`no stack is running on ${values.data}: start one with "npm start"`);
  const { cloud_tasks: tasks } = stack;
  const variables: Record<string, string> = {
    DATABASE_URL: stack.database_url,
    CLOUD_TASKS_EMULATOR_HOST: tasks.grpc,
    WELLSPRING_FUNCTIONS_URL: stack.functions,
    WELLSPRING_TOKEN: stack.token,
    GOOGLE_CLOUD_PROJECT: tasks.project,
    TASKS_LOCATION: tasks.location,
    // What the gcloud command reads: the REST address, and nobody to sign in as. It asks App Engine where queues are
    // when it is told no location, and the emulator answers that too.
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: `${tasks.rest}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_APPENGINE: `${tasks.rest}/`,
    CLOUDSDK_CORE_PROJECT: tasks.project,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
  };
  if (values.json) process.stdout.write(`${JSON.stringify(variables)}\n`);
  else
    for (const [name, value] of Object.entries(variables))
      process.stdout.write(`export ${name}=${quoted(value)}\n`);
  return 0;
}

await runCommand(main);
