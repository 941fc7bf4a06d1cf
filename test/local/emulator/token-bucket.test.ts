import { expect, it } from 'vitest';
import { createTokenBucket } from '../../../local/emulator/token-bucket.ts';

const takeAll = (bucket: ReturnType<typeof createTokenBucket>, now: number): number => {
  let taken = 0;
  while (bucket.take(now)) taken += 1;
  return taken;
};

it('spends its burst, then as much as time brings', () => {
  const bucket = createTokenBucket({ perSecond: 10, burst: 2 }, 0);

  expect(takeAll(bucket, 0)).toBe(2);
  expect(bucket.nextAt(0)).toBe(100);
  expect(takeAll(bucket, 99)).toBe(0);
  expect(takeAll(bucket, 100)).toBe(1);
});

it('never holds more than its burst', () => {
  const bucket = createTokenBucket({ perSecond: 10, burst: 2 }, 0);

  expect(takeAll(bucket, 1e9)).toBe(2);
});

it.each([3, 7, 0.3, 499])('is ready when it said it would be, at %s a second', (perSecond) => {
  const bucket = createTokenBucket({ perSecond, burst: 1 }, 0);
  let now = 0;

  for (let round = 0; round < 200; round += 1) {
    expect(bucket.take(now)).toBe(true);
    const next = bucket.nextAt(now);
    expect(next).toBeGreaterThan(now);
    now = next;
  }
});

it('goes by new limits at once', () => {
  const bucket = createTokenBucket({ perSecond: 1, burst: 1 }, 0);
  bucket.take(0);

  bucket.resize({ perSecond: 100, burst: 5 }, 0);

  expect(bucket.nextAt(0)).toBe(10);
  expect(takeAll(bucket, 1000)).toBe(5);
});
