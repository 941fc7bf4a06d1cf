import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { skewOf } from '../../../shared/extraction/deskew.ts';
import { makeScan } from '../../support/documents.ts';

const skewWhenTurned = async (degrees: number): Promise<number> => {
  const { data, info } = await sharp(await makeScan({ dpi: 110, degrees }))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return skewOf({ pixels: data, width: info.width, height: info.height });
};

describe('skewOf', () => {
  it.each([0, 0.7, -1.3, 4])('finds that a page was turned by %d degrees', async (degrees) => {
    expect(Math.abs((await skewWhenTurned(degrees)) - degrees)).toBeLessThanOrEqual(0.2);
  });

  it('leaves a picture with next to nothing on it as it is', () => {
    expect(skewOf({ pixels: new Uint8Array(10_000).fill(255), width: 100, height: 100 })).toBe(0);
  });
});
