import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long one call may take on a busy machine, in milliseconds; it is a second or two elsewhere. */
const CALL_CLOCK_MS = 60_000;

/** What a call left behind. */
export interface Called {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real gcloud with a configuration of its own: what the machine's user is signed in to is neither read nor changed. */
export const openGcloud = async (settings: NodeJS.ProcessEnv) => {
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-gcloud-'));
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    CLOUDSDK_CONFIG: folder,
    CLOUDSDK_CORE_DISABLE_PROMPTS: 'true',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
    ...settings,
  };
  const run = (...args: string[]): Promise<Called> =>
    new Promise((resolve, reject) => {
      execFile('gcloud', args, { env: environment, timeout: CALL_CLOCK_MS }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  return {
    environment,
    run,
    /** What a call prints with `--format=json`; throws its words when it fails. */
    async json(...args: string[]): Promise<unknown> {
      const { code, stdout, stderr } = await run(...args, '--format=json');
      if (code !== 0) throw new Error(`gcloud ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
