import { type Candidate, declaredSize, type Evidence, GOOD_SIZE, isNearSquare } from './candidate.ts';

/** What an icon without a declared size is taken for, in pixels: its usual size, or its worth beside the others. */
const USUAL_SIZE: Partial<Record<Evidence, number>> = {
  manifest: 192,
  'apple-touch-icon': 180,
  icon: 32,
  // White on nothing as a rule, to be shown on a colour that the page names.
  'msapplication-tileimage': GOOD_SIZE - 2,
};

/** True for a picture that a page wants shown beside links to it; as a rule a photo. */
export const isShareImage = ({ from }: Candidate): boolean => from === 'og:image' || from === 'twitter:image';

/** True for what is called a logo, as against an icon. */
export const isCalledLogo = ({ from }: Candidate): boolean =>
  from.startsWith('jsonld:') || from === 'og:logo' || from === 'itemprop:logo';

const isVector = ({ url }: Candidate): boolean => /\.svgz?$/i.test(new URL(url).pathname);

/**
 * The worth of a candidate before anybody has seen it. A logo that the site calls its own comes first, then icons by
 * size. Logos too wide for the square that they are shown in, or perhaps somebody else's, stand between the good icons
 * and the small ones.
 */
const worthOf = (candidate: Candidate): number => {
  const size = declaredSize(candidate.sizes);
  if (isCalledLogo(candidate)) {
    const isWide = size !== null && !isNearSquare(size);
    const isSmall = size !== null && Math.min(size.width, size.height) < GOOD_SIZE;
    return candidate.anonymous || isWide || isSmall ? GOOD_SIZE - 1 : 100_000;
  }
  if (isShareImage(candidate)) return -2;
  if (candidate.from === 'default') return -3;
  // A silhouette of one colour.
  if (candidate.from === 'mask-icon') return -1;
  if (candidate.from === 'msapplication-tileimage') return USUAL_SIZE[candidate.from] ?? 0;
  if (size) return isNearSquare(size) ? Math.min(size.width, size.height) : 0;
  return isVector(candidate) ? GOOD_SIZE : (USUAL_SIZE[candidate.from] ?? 0);
};

const ORDER = ['jsonld', 'og:logo', 'itemprop:logo', 'manifest', 'apple-touch-icon', 'icon'];
const orderOf = ({ from }: Candidate): number => {
  const at = ORDER.indexOf(from.startsWith('jsonld:') ? 'jsonld' : from);
  return at < 0 ? ORDER.length : at;
};

/**
 * Best first, by what the page says of them alone. A share image comes after every icon. Candidates of equal worth keep
 * the order of the page.
 */
export const rankCandidates = (candidates: readonly Candidate[]): Candidate[] =>
  candidates
    .map((candidate) => ({ candidate, worth: worthOf(candidate), order: orderOf(candidate) }))
    .sort((a, b) => b.worth - a.worth || a.order - b.order)
    .map(({ candidate }) => candidate);
