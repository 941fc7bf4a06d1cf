import { describe, expect, test } from 'vitest';
import { findSampleSites, scorePage, scoreRecording } from '../../bench/logo-score.ts';

const sites = await findSampleSites();
const title = `sample sites${sites === null ? ' (skipped: ../shared/data/sites is not there)' : ''}`;

describe.skipIf(sites === null)(title, () => {
  const pages = (sites ?? []).filter((site) => site.kind === 'html');
  const recordings = (sites ?? []).filter((site) => site.kind === 'cassette');

  test('the page alone names the known logo of two in three, and never a picture that nothing supports', () => {
    const verdicts = pages.map(scorePage);

    const same = verdicts.filter((verdict) => verdict === 'same').length;
    expect(same / verdicts.length).toBeGreaterThanOrEqual(0.65);
    expect(pages.filter((_, at) => verdicts[at] === 'wrong').map(({ id }) => id)).toEqual([]);
  });

  test.for(recordings)('$id shows its largest icon, or none', async (site) => {
    expect(await scoreRecording(site)).toBe('same');
  });
});
