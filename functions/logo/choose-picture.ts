import type { Raster } from '../../shared/extraction/read-image.ts';
import { type Candidate, GOOD_SIZE, isNearSquare } from './candidate.ts';
import { isCalledLogo, isShareImage } from './rank-candidates.ts';

/** A candidate that was fetched and turned out to be a picture. */
export interface Picture {
  candidate: Candidate;
  raster: Extract<Raster, { ok: true }>;
}

/** Shortest side in pixels; a drawing has none of its own, and counts as just good enough. */
const sideOf = ({ raster: { width, height, isVector } }: Picture): number =>
  isVector ? GOOD_SIZE : Math.min(width, height);

/** Large and square enough to be shown as a logo anywhere. */
export const isGood = (picture: Picture): boolean =>
  isNearSquare(picture.raster) && sideOf(picture) >= GOOD_SIZE;

/** Good, and called a logo by the site itself: nothing better can come. */
export const isPerfect = (picture: Picture): boolean =>
  isGood(picture) && isCalledLogo(picture.candidate) && !picture.candidate.anonymous;

/**
 * The best of the pictures, which come in the order of their rank: a good one that the site calls its logo, else the
 * largest good one, else the largest. A share image that is not good is a photo and no logo.
 */
export const choosePicture = (pictures: readonly Picture[]): Picture | null => {
  const usable = pictures.filter((picture) => !isShareImage(picture.candidate) || isGood(picture));
  const perfect = usable.find(isPerfect);
  if (perfect) return perfect;
  const good = usable.filter(isGood);
  const areaOf = (picture: Picture) => picture.raster.width * picture.raster.height;
  const [largest] =
    good.length > 0
      ? good.toSorted((a, b) => sideOf(b) - sideOf(a))
      : usable.toSorted((a, b) => areaOf(b) - areaOf(a));
  return largest ?? null;
};
