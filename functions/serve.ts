import { parseArgs } from 'node:util';
import { readConfig } from '../shared/config.ts';
import { createLog } from '../shared/log.ts';
import { startFunctions } from './start.ts';

const help = `Serves the functions behind their HTTP front.

  node functions/serve.ts            all of them, or FUNCTION_TARGET when it names one

Settings come from the environment; .env.example lists them.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stderr.write(help);
} else {
  try {
    const config = readConfig();
    const log = createLog({ level: config.LOG_LEVEL, projectId: config.GOOGLE_CLOUD_PROJECT });
    const functions = await startFunctions(config, log);
    log.info({ port: functions.port }, 'functions are ready');
    // The platform gives ten seconds after SIGTERM; the drain takes eight of them.
    const stop = async (signal: string) => {
      const { cut } = await functions.close();
      log.info({ signal, lost: cut }, 'functions have stopped');
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
  } catch (error) {
    process.stderr.write(`wellspring: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
