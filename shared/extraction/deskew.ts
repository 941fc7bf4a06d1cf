/** Eight-bit grey pixels, row by row. */
export interface GreyImage {
  pixels: Uint8Array;
  width: number;
  height: number;
}

const MAX_DEGREES = 5;
const COARSE = 0.5;
const FINE = 0.1;
/** How much darker than the pixel above a pixel has to be to count as the top edge of a letter. */
const EDGE = 40;
const MIN_EDGES = 200;

/**
 * How far the lines of text fall to the right, in degrees (clockwise positive, at most five either way); 0 when there
 * is too little to tell. Lines are level at the angle at which letter tops pile up in the fewest rows.
 */
export const skewOf = ({ pixels, width, height }: GreyImage): number => {
  const { xs, ys } = letterTops({ pixels, width, height });
  if (xs.length < MIN_EDGES) return 0;
  const score = (degrees: number): number =>
    pileUp(xs, ys, width, height, Math.tan((degrees * Math.PI) / 180));
  const best = (angles: number[]): number =>
    angles.reduce(
      (top, angle) => {
        const value = score(angle);
        return value > top.value ? { angle, value } : top;
      },
      { angle: 0, value: -1 },
    ).angle;
  const coarse = best(range(-MAX_DEGREES, MAX_DEGREES, COARSE));
  return best(range(coarse - COARSE, coarse + COARSE, FINE));
};

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);

const letterTops = ({ pixels, width, height }: GreyImage): { xs: number[]; ys: number[] } => {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = width; at < width * height; at += 1) {
    if ((pixels[at - width] ?? 0) - (pixels[at] ?? 0) > EDGE) {
      xs.push(at % width);
      ys.push(Math.floor(at / width));
    }
  }
  return { xs, ys };
};

const pileUp = (xs: number[], ys: number[], width: number, height: number, slope: number): number => {
  const reach = Math.ceil(Math.abs(slope) * width) + 1;
  const rows = new Uint32Array(height + 2 * reach);
  xs.forEach((x, index) => {
    const row = Math.round((ys[index] ?? 0) - x * slope) + reach;
    rows[row] = (rows[row] ?? 0) + 1;
  });
  return rows.reduce((sum, count) => sum + count * count, 0);
};
