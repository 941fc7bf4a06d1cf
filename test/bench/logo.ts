import { parseArgs } from 'node:util';
import { findSampleSites, scorePage, scoreRecording, type Verdict } from './logo-score.ts';

// How often the logo of a recorded site is the known one: by the page alone, and with everything that was fetched.
// `--sites N` reads the first N of each kind, `--wrong` adds the sites whose choice is another one.

const { values } = parseArgs({
  options: { sites: { type: 'string', default: 'Infinity' }, wrong: { type: 'boolean', default: false } },
});
const sites = await findSampleSites();

const score = async () => {
  const first = <Site>(kind: Site[]) => kind.slice(0, Number(values.sites));
  const verdicts: { id: string; verdict: Verdict }[] = [];
  const started = performance.now();
  const pages = first((sites ?? []).filter((site) => site.kind === 'html'));
  for (const site of pages) verdicts.push({ id: site.id, verdict: scorePage(site) });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const recordings = first((sites ?? []).filter((site) => site.kind === 'cassette'));
  let right = 0;
  for (const site of recordings) {
    const verdict = await scoreRecording(site);
    if (verdict === 'same') right += 1;
    verdicts.push({ id: site.id, verdict });
  }
  const same = verdicts.slice(0, pages.length).filter(({ verdict }) => verdict === 'same').length;
  const wrong = verdicts.slice(0, pages.length).filter(({ verdict }) => verdict === 'wrong').length;
  return {
    name: 'logo',
    pages: { sites: pages.length, same, declared: pages.length - same - wrong, wrong, seconds },
    recordings: { sites: recordings.length, same: right },
    ...(values.wrong ? { others: verdicts.filter(({ verdict }) => verdict !== 'same') } : {}),
  };
};

console.log(JSON.stringify(sites ? await score() : { name: 'logo', skipped: 'there are no sample sites' }));
