import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findLogo } from '../../functions/logo/find-logo.ts';
import { rankCandidates } from '../../functions/logo/rank-candidates.ts';
import { readCandidates } from '../../functions/logo/read-candidates.ts';
import { rasterise } from '../../shared/extraction/rasterise.ts';
import { replayedWeb } from '../support/web.ts';

/** A record of the sample index: a saved page, or everything that was asked of a site. */
export type SampleSite =
  | {
      kind: 'html';
      id: string;
      file: string;
      url: string;
      expected: { logo_any_of: string[] };
      declared?: { url: string }[];
    }
  | { kind: 'cassette'; id: string; file: string; url: string; expected: { best: { url: string } | null } };

const samples = new URL('../../../shared/data/sites/', import.meta.url);

/** The sample sites; null where their folder is not there. */
export const findSampleSites = async (): Promise<SampleSite[] | null> => {
  try {
    return JSON.parse(await readFile(new URL('index.json', samples), 'utf8')) as SampleSite[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** What the choice for a site is beside the known one; `wrong` is an address that nothing supports. */
export type Verdict = 'same' | 'declared' | 'wrong';

/** The choice by the page alone. */
export const scorePage = (site: Extract<SampleSite, { kind: 'html' }>): Verdict => {
  const page = readFileSync(new URL(site.file, samples));
  const best = rankCandidates(readCandidates(page, site.url).candidates)[0]?.url;
  if (best === undefined) return 'wrong';
  if (site.expected.logo_any_of.includes(best)) return 'same';
  return site.declared?.some(({ url }) => url === best) ? 'declared' : 'wrong';
};

/** The choice after everything that the site shows was fetched, from its recording, and checked. */
export const scoreRecording = async (site: Extract<SampleSite, { kind: 'cassette' }>): Promise<Verdict> => {
  const search = await findLogo([site.url], {
    web: replayedWeb(fileURLToPath(new URL(site.file, samples))),
    readImage: (bytes) => rasterise(bytes),
    signal: new AbortController().signal,
  });
  const best = search.kind === 'found' ? search.picture.candidate.url : null;
  return best === (site.expected.best?.url ?? null) ? 'same' : 'wrong';
};
