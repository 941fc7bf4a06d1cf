import pLimit from 'p-limit';
import type { readImage } from '../../shared/extraction/read-image.ts';
import { type Web, WebError } from '../../shared/web/web.ts';
import type { Candidate } from './candidate.ts';
import type { Picture } from './choose-picture.ts';

/** Largest picture that is fetched, in bytes. */
const PICTURE_MAX_BYTES = 2 * 1024 * 1024;
/** Pictures that are fetched at a time. */
const FETCHES_AT_A_TIME = 3;

/** What fetching and checking pictures needs. */
export interface PictureSources {
  web: Web;
  readImage: typeof readImage;
  signal: AbortSignal;
}

/** A candidate that is no logo, and why. */
export interface Dropped {
  url: string;
  reason: string;
  /** Whether another run may find it better. */
  isTransient: boolean;
}

/** Fetches candidates and checks what comes, whatever it is called; the order stays. */
export const fetchPictures = async (
  candidates: readonly Candidate[],
  { web, readImage, signal }: PictureSources,
): Promise<{ pictures: Picture[]; dropped: Dropped[] }> => {
  const limit = pLimit(FETCHES_AT_A_TIME);
  const check = async (candidate: Candidate): Promise<Picture | Dropped> => {
    const { url } = candidate;
    const drop = (reason: string, isTransient = false): Dropped => ({ url, reason, isTransient });
    try {
      const answer = await web.get({ url, signal, accept: 'image/*', maxBytes: PICTURE_MAX_BYTES });
      if (answer.status !== 200) return drop(`answered ${answer.status}`, isServersTrouble(answer.status));
      const raster = await readImage(answer.body, { signal });
      return raster.ok ? { candidate, raster } : drop(raster.reason);
    } catch (error) {
      if (!(error instanceof WebError)) throw error;
      return drop(error.problem, error.problem === 'unreachable');
    }
  };
  const checked = await Promise.all(candidates.map((candidate) => limit(() => check(candidate))));
  return {
    pictures: checked.filter((each) => 'raster' in each),
    dropped: checked.filter((each) => 'reason' in each),
  };
};

/** Statuses that say nothing about what was asked for. */
export const isServersTrouble = (status: number): boolean => status >= 500 || status === 429;
