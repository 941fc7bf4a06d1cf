import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { problemCodes } from '../../shared/domain/problem-codes.ts';

const root = resolve(import.meta.dirname, '../..');

const codes = Object.entries(problemCodes);
const page = `# Error codes

Made from \`shared/domain/problem-codes.ts\` by \`npx vitest run test/docs/errors.test.ts -u\`.

Every error has a \`code\` that stays, and a \`message\` for people that may change. Clients branch on \`code\`, and on
\`status\` for codes they do not know. The same error is written in three forms, chosen by \`Accept\`: Well's envelope
(\`application/json\`, the default), JSON:API errors (\`application/vnd.api+json\`) and RFC 9457
(\`application/problem+json\`). All name the request (\`log_id\`, also in \`X-Request-Id\`) and its trace (\`trace_id\`).
Each function serves this catalogue at \`/errors\`, which the \`type\` of an error leads to.

| status | code |
|---|---|
${codes.map(([code, { status }]) => `| ${status} | [${code}](#${code.toLowerCase()}) |`).join('\n')}

${codes.map(([code, { status, title, means, mend }]) => `## ${code}\n\n${status} ${title}. ${means}\n\n**What to do:** ${mend}\n`).join('\n')}`;

test('docs/errors.md says what each code means and what the caller does', async () => {
  await expect(page).toMatchFileSnapshot(join(root, 'docs/errors.md'));
});

test('every code of the catalogue can be thrown or told', () => {
  const files = ['functions', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('problem-codes.ts'))
      .map((file) => readFileSync(join(root, folder, file), 'utf8')),
  );
  const source = files.join('\n');
  const isUsed = (code: string) =>
    source.includes(`'${code}'`) ||
    source.includes(`notFound('${code.replace(/_NOT_FOUND$/, '').toLowerCase()}')`);

  expect(codes.map(([code]) => code).filter((code) => !isUsed(code))).toEqual([]);
});
