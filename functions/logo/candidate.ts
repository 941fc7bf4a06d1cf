/** What says that an address may be the logo: the markup it stands in, or a path that browsers ask for by themselves. */
export type Evidence =
  | `jsonld:${string}`
  | 'og:logo'
  | 'itemprop:logo'
  | 'manifest'
  | 'apple-touch-icon'
  | 'icon'
  | 'mask-icon'
  | 'msapplication-tileimage'
  | 'og:image'
  | 'twitter:image'
  | 'default';

/** An address that may be the logo of a site. */
export interface Candidate {
  url: string;
  from: Evidence;
  /** As declared, such as `32x32` or `16x16 48x48`; null when nothing is. */
  sizes: string | null;
  /** Called a logo, but by markup that may mean another one: the publisher of an article who has no address. */
  anonymous?: true;
}

/** The largest declared size in pixels; null without one that says anything. */
export const declaredSize = (sizes: string | null): { width: number; height: number } | null => {
  const pairs = [...(sizes ?? '').matchAll(/(\d{1,5})x(\d{1,5})/gi)].map(([, width, height]) => ({
    width: Number(width),
    height: Number(height),
  }));
  return pairs.sort((a, b) => b.width * b.height - a.width * a.height)[0] ?? null;
};

/** Longest side over shortest, up to which a picture still fits where logos are shown. */
const NEAR_SQUARE = 1.5;

/** Whether a picture of this size fits into the square that logos are shown in. */
export const isNearSquare = ({ width, height }: { width: number; height: number }): boolean =>
  Math.max(width, height) <= NEAR_SQUARE * Math.min(width, height);

/** Shortest side of a picture that can be shown as a logo without being blown up, in pixels. */
export const GOOD_SIZE = 64;
