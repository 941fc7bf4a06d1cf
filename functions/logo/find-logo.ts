import { type WebAnswer, WebError, type WebProblem } from '../../shared/web/web.ts';
import type { Candidate } from './candidate.ts';
import { choosePicture, isGood, isPerfect, type Picture } from './choose-picture.ts';
import { type Dropped, fetchPictures, isServersTrouble, type PictureSources } from './fetch-pictures.ts';
import { isCalledLogo, isShareImage, rankCandidates } from './rank-candidates.ts';
import { readCandidates } from './read-candidates.ts';
import { readManifest } from './read-manifest.ts';

/** How a search ended: with a picture, without one, or before the site was seen. */
export type LogoSearch =
  | { kind: 'found'; picture: Picture; dropped: Dropped[] }
  | { kind: 'none'; detail: string; dropped: Dropped[] }
  | { kind: Exclude<WebProblem, 'too_large'>; detail: string };

/** Paths that browsers and telephones ask for by themselves. */
const DEFAULT_PATHS = ['/apple-touch-icon-precomposed.png', '/apple-touch-icon.png', '/favicon.ico'];
/** Pictures that are fetched of each kind, and most that a page may weigh, in bytes. */
const LOGOS_MAX = 3;
const ICONS_MAX = 6;
const LAST_RESORTS_MAX = 3;
const PAGE_MAX_BYTES = 3 * 1024 * 1024;
const MANIFEST_MAX_BYTES = 256 * 1024;

/**
 * Looks for the logo of the site at the first of these addresses that answers. Pictures are fetched in waves, from what
 * the site calls its logo down to share images, until one is good enough.
 */
export const findLogo = async (
  addresses: readonly string[],
  sources: PictureSources,
): Promise<LogoSearch> => {
  const site = await openSite(addresses, sources);
  if ('kind' in site) return site;
  const ranked = rankCandidates([...(await candidatesOf(site, sources)), ...defaultsOf(site.url)]);

  const isLast = (each: Candidate) => each.from === 'mask-icon' || isShareImage(each);
  const waves = [
    ranked.filter((each) => isCalledLogo(each) && !each.anonymous).slice(0, LOGOS_MAX),
    ranked.filter((each) => !isLast(each) && each.from !== 'default').slice(0, ICONS_MAX),
    ranked.filter((each) => each.from === 'default'),
    ranked.filter(isLast).slice(0, LAST_RESORTS_MAX),
  ];
  const enough = [isPerfect, isGood, () => true, () => true];
  const asked = new Set<Candidate>();
  const pictures: Picture[] = [];
  const dropped: Dropped[] = [];
  for (const [at, wave] of waves.entries()) {
    const fresh = wave.filter((candidate) => !asked.has(candidate));
    for (const candidate of fresh) asked.add(candidate);
    const got = await fetchPictures(fresh, sources);
    pictures.push(...got.pictures);
    dropped.push(...got.dropped);
    if (pictures.some(enough[at] ?? isGood)) break;
  }

  const picture = choosePicture(pictures);
  if (picture) return { kind: 'found', picture, dropped };
  const trouble = dropped.find(({ isTransient }) => isTransient);
  if (trouble) return { kind: 'unreachable', detail: `${new URL(trouble.url).host}: ${trouble.reason}` };
  return { kind: 'none', detail: `${new URL(site.url).host} shows no picture that could be a logo`, dropped };
};

/** Where a site answered, and its page where that is one. */
interface Site {
  url: string;
  page: Uint8Array | null;
}

const openSite = async (
  addresses: readonly string[],
  { web, signal }: PictureSources,
): Promise<Site | Extract<LogoSearch, { detail: string; kind: WebProblem }>> => {
  let detail = 'there is no address to look at';
  for (const url of addresses) {
    try {
      const answer = await web.get({ url, signal, accept: 'text/html', maxBytes: PAGE_MAX_BYTES });
      if (!isServersTrouble(answer.status)) return { url: answer.url, page: pageOf(answer) };
      detail = `${new URL(url).host} answered ${answer.status}`;
    } catch (error) {
      if (!(error instanceof WebError)) throw error;
      if (error.problem === 'too_large') return { url, page: null };
      if (error.problem !== 'unreachable') return { kind: error.problem, detail: error.message };
      detail = error.message;
    }
  }
  return { kind: 'unreachable', detail };
};

// The page of an error may be anybody's, but the icons at their usual places are the site's.
const pageOf = ({ status, body }: WebAnswer): Uint8Array | null =>
  status >= 200 && status < 300 ? body : null;

const candidatesOf = async ({ url, page }: Site, { web, signal }: PictureSources): Promise<Candidate[]> => {
  if (!page) return [];
  const { candidates, manifestUrl } = readCandidates(page, url);
  if (!manifestUrl) return candidates;
  try {
    const manifest = await web.get({ url: manifestUrl, signal, maxBytes: MANIFEST_MAX_BYTES });
    return [...candidates, ...(manifest.status === 200 ? readManifest(manifest.body, manifest.url) : [])];
  } catch (error) {
    // A site without its manifest is as good as one that never had any.
    if (error instanceof WebError) return candidates;
    throw error;
  }
};

const defaultsOf = (pageUrl: string): Candidate[] =>
  DEFAULT_PATHS.map((path) => ({ url: new URL(path, pageUrl).href, from: 'default', sizes: null }));
