import sharp, { type Sharp } from 'sharp';
import { type GreyImage, skewOf } from './deskew.ts';
import type { Page, Word } from './document-text.ts';
import type { OcrEngine, PageLayout, Recognition } from './ocr-engine.ts';
import { isBlank, type PageImage } from './page-image.ts';
import { linesOfRuns, pageOf, type Run } from './page-lines.ts';
import { addMissing, unreadShare } from './unread-ink.ts';

const POINTS_PER_INCH = 72;
/** Wide enough to tell the skew of lines to a tenth of a degree. */
const SKEW_WIDTH = 1000;
/** A smaller skew costs recognition nothing. */
const SKEW_MIN_DEGREES = 0.15;
/** Confidence below which a page is worth a further attempt. */
const GOOD_CONFIDENCE = 0.8;
/** Share of letter-like ink outside of all words from which a page is looked through once more. */
const MUCH_UNREAD = 0.15;
/** A picture so much higher than wide comes from a till: one narrow block of lines, no columns to look for. */
const STRIP_RATIO = 1.7;

type Preparation = (picture: Sharp) => Sharp;

// Each attempt is for pages on which the ones before it did badly. Firm: coarse paper and pale print, by smoothing
// the grain away and taking all that is clearly darker than the ground for black. Levelled: print on a shaded ground,
// by evening out the greys in small tiles.
const attempts: readonly Preparation[] = [
  (picture) => picture,
  (picture) => firm(picture),
  (picture) => picture.clahe({ width: 64, height: 64, maxSlope: 3 }),
];

const firm: Preparation = (picture) => {
  const [black, white] = [190, 228];
  const slope = 255 / (white - black);
  return picture.blur(0.8).linear(slope, -black * slope);
};

/** Recognises one page, places in points of the page as it stands in the file. Blank pages have no lines. */
export const recognisePage = async (engine: OcrEngine, image: PageImage, number: number): Promise<Page> => {
  const scale = POINTS_PER_INCH / image.dpi;
  const size = { width: image.width * scale, height: image.height * scale };
  if (await isBlank(image)) return pageOf(number, size, 'ocr', []);

  const level = await levelled(image);
  const layout = level.height > level.width * STRIP_RATIO ? 'block' : 'auto';
  const options = { dpi: image.dpi, layout } as const;
  const recognition = await withMissed(engine, level, await bestAttempt(engine, level, options), options);
  const lines = linesOfRuns(runsOf(recognition, scale));
  const restore = restorer(level, size, scale);
  return pageOf(
    number,
    size,
    'ocr',
    lines.map((line) => ({ ...line, words: line.words.map(restore) })),
  );
};

/** Small enough to look at every pixel, and with the grain of the paper averaged out. */
const outlineOf = async (png: Buffer): Promise<GreyImage> => {
  const { data, info } = await sharp(png)
    .greyscale()
    .resize({ width: SKEW_WIDTH, withoutEnlargement: true })
    .normalise()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
};

interface Levelled {
  png: Buffer;
  width: number;
  height: number;
  /** What the page fell to the right before, in degrees. */
  skew: number;
}

const levelled = async ({ png, width, height }: PageImage): Promise<Levelled> => {
  const skew = skewOf(await outlineOf(png));
  if (Math.abs(skew) < SKEW_MIN_DEGREES) return { png, width, height, skew: 0 };
  const turned = await sharp(png)
    .rotate(-skew, { background: 'white' })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  return { png: turned.data, width: turned.info.width, height: turned.info.height, skew };
};

const bestAttempt = async (
  engine: OcrEngine,
  { png }: Levelled,
  options: { dpi: number; layout: PageLayout },
): Promise<Recognition> => {
  let best: Recognition = { confidence: 0, lines: [] };
  for (const prepare of attempts) {
    const picture = await prepare(sharp(png).greyscale()).png({ compressionLevel: 1 }).toBuffer();
    const recognition = await engine.recognise(picture, options);
    if (yieldOf(recognition) > yieldOf(best)) best = recognition;
    if (recognition.lines.length > 0 && recognition.confidence >= GOOD_CONFIDENCE) break;
  }
  return best;
};

// Next to black print, tesseract takes pale print for paper and is sure of what is left. On a firm picture both are
// black; what it finds there where nothing was found before is added.
const withMissed = async (
  engine: OcrEngine,
  { png, width }: Levelled,
  recognition: Recognition,
  options: { dpi: number; layout: PageLayout },
): Promise<Recognition> => {
  if (recognition.lines.length === 0) return recognition;
  const outline = await outlineOf(png);
  if (unreadShare(outline, recognition, outline.width / width) < MUCH_UNREAD) return recognition;
  const picture = await firm(sharp(png).greyscale()).png({ compressionLevel: 1 }).toBuffer();
  return addMissing(recognition, await engine.recognise(picture, options));
};

// The mean confidence alone would favour the attempt that saw only the three clearest words.
const yieldOf = ({ lines }: Recognition): number =>
  lines
    .flatMap((line) => line.words)
    .reduce((sum, word) => sum + Math.max(0, word.confidence - 0.3) * word.text.length, 0);

const runsOf = ({ lines }: Recognition, scale: number): Run[] =>
  lines.flatMap((line) =>
    line.words.map((word) => ({
      text: word.text,
      turn: 0 as const,
      along: word.x * scale,
      // Words of one line share its height, so that a descender or a comma does not part them.
      baseline: (line.y + 0.8 * line.height) * scale,
      length: word.width * scale,
      size: line.height * scale,
      confidence: word.confidence,
      top: word.y * scale,
      bottom: (word.y + word.height) * scale,
      whole: true,
    })),
  );

/** Puts a word of the levelled picture back to where it stands on the page; the box keeps its size. */
const restorer = (level: Levelled, size: { width: number; height: number }, scale: number) => {
  const angle = (level.skew * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (word: Word): Word => {
    const dx = word.x + word.width / 2 - (level.width * scale) / 2;
    const dy = word.y + word.height / 2 - (level.height * scale) / 2;
    const x = size.width / 2 + dx * cos - dy * sin - word.width / 2;
    const y = size.height / 2 + dx * sin + dy * cos - word.height / 2;
    return { ...word, x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 };
  };
};
