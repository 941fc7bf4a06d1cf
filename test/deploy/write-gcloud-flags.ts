import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { listFile, listOf, oneOfEach, readList } from './gcloud-flags.ts';
import { judge } from './judge.ts';
import { recordCombinations } from './judge-combinations.ts';

// node test/deploy/write-gcloud-flags.ts: asks the installed gcloud what the commands of deploy.sh may have.
const { commands } = await recordCombinations();
const judged = await judge(oneOfEach(commands, await readList()));
const refused = judged.filter(({ verdict }) => !verdict.success);
if (refused.length > 0) throw new Error(refused.map(({ verdict }) => verdict.error_message).join('\n'));
await writeFile(listFile, `${JSON.stringify(listOf(judged), null, 2)}\n`);
execFileSync('npx', ['biome', 'format', '--write', listFile]);
