import { expect, test } from 'vitest';
import type { Candidate, Evidence } from '../../../functions/logo/candidate.ts';
import { rankCandidates } from '../../../functions/logo/rank-candidates.ts';

const candidate = (from: Evidence, sizes: string | null = null, file = 'a.png'): Candidate => ({
  url: `https://nordlicht.example/${file}`,
  from,
  sizes,
});

// Each list from the best to the worst.
test.for<[string, Candidate[]]>([
  [
    'what is called a logo comes first, by the word of it',
    [
      candidate('jsonld:Organization', '152x152'),
      candidate('og:logo'),
      candidate('itemprop:logo'),
      candidate('icon', '512x512'),
    ],
  ],
  [
    'a wide logo stands between good icons and small ones',
    [candidate('icon', '96x96'), candidate('jsonld:Organization', '600x60'), candidate('icon', '48x48')],
  ],
  [
    'so does one that may be another’s',
    [
      candidate('icon', '96x96'),
      { ...candidate('jsonld:Organization'), anonymous: true },
      candidate('icon', '48x48'),
    ],
  ],
  [
    'icons go by their size, or the usual one of their kind',
    [
      candidate('icon', '16x16 196x196'),
      candidate('manifest'),
      candidate('apple-touch-icon'),
      candidate('apple-touch-icon', '152x152'),
      candidate('icon', 'any', 'a.svg'),
      candidate('icon', '48x48'),
      candidate('icon', null, 'a.ico'),
    ],
  ],
  [
    'a share image comes after every icon, silhouettes too',
    [candidate('icon', '16x16'), candidate('mask-icon'), candidate('og:image'), candidate('default')],
  ],
  [
    'of equals the manifest’s comes first, then the touch icon',
    [
      candidate('manifest', '180x180'),
      candidate('apple-touch-icon', '180x180'),
      candidate('icon', '180x180'),
    ],
  ],
])('%s', ([, expected]) => {
  expect(rankCandidates(expected.toReversed())).toEqual(expected);
});
