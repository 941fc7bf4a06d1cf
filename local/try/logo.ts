import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Candidate } from '../../functions/logo/candidate.ts';
import { rankCandidates } from '../../functions/logo/rank-candidates.ts';
import { readCandidates } from '../../functions/logo/read-candidates.ts';

const help = `Finds what a saved page says its logo is, with logo's own code. Nothing is fetched, so pictures are judged by
what the page says of them.

  npm run try -- logo PAGE.html --url URL [--json]

  --url URL   address that the page was saved from
  --json      one JSON object on stdout: {"best": {"url"}, "candidates": [{"url", "from", "sizes"}]}, best first;
              "best" is null when the page names no picture
  --help      this text
`;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** `npm run try -- logo`; answers the exit code and throws, with what to mend, on a file that cannot be read. */
export async function tryLogo(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [file, ...others] = positionals;
  const fault = faultOf(file, others, values.url);
  if (file === undefined || values.url === undefined || fault !== null) {
    say(`wellspring: ${fault}\n\n${help}`);
    return 2;
  }
  const page = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}): give the path of a saved page`, {
      cause: error,
    });
  });

  const candidates = rankCandidates(readCandidates(page, new URL(values.url).href).candidates);
  process.stdout.write(values.json ? `${JSON.stringify(asLine(candidates))}\n` : asTable(candidates));
  return 0;
}

const faultOf = (file: string | undefined, others: string[], url: string | undefined): string | null => {
  if (file === undefined) return 'PAGE.html is missing';
  if (others.length > 0) return 'one page at a time';
  if (url === undefined) return '--url URL is missing';
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? null : `${url} is no address of a page`;
};

/** The keys others rely on. */
const asLine = (candidates: readonly Candidate[]) => ({
  best: candidates[0] ? { url: candidates[0].url } : null,
  candidates: candidates.map(({ url, from, sizes }) => ({ url, from, sizes })),
});

const asTable = (candidates: readonly Candidate[]) =>
  candidates.length === 0
    ? 'the page names no picture that could be its logo\n'
    : candidates
        .map(({ url, from, sizes }) => `${from.padEnd(24)} ${(sizes ?? '').padEnd(10)} ${url}\n`)
        .join('');
