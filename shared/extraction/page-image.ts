import sharp from 'sharp';
import { PAGE_MAX_PIXELS } from './limits.ts';
import { PDFiumLibrary } from './parser-libraries.ts';

/** A page as a picture: PNG, upright as its file says, with its size in pixels and the pixels of an inch. */
export interface PageImage {
  png: Buffer;
  width: number;
  height: number;
  dpi: number;
}

// One document at a time in a child that is limited as a whole: no threads and no cache of sharp's own.
sharp.concurrency(1);
sharp.cache(false);

const RENDER_DPI = 200;
const RENDER_MIN_WIDTH = 1500;
const IMAGE_MAX_WIDTH = 3500;
const POINTS_PER_INCH = 72;
/** A picture that does not say how large it is, or says what no scanner or camera means. */
const ASSUMED_DPI = 200;
const BELIEVABLE_DPI = { min: 100, max: 1200 };
/** Spread of grey values below which there is nothing on the page. */
const BLANK_DEVIATION = 1;

/** Thrown for a picture with more pixels than a page may have. */
export class PageTooLargeError extends Error {
  override name = 'PageTooLargeError';
}

/** Renders pages of a PDF (numbers from 1); `close` frees it. Rejects when pdfium cannot open the file. */
export const openPdfForRendering = async (
  bytes: Uint8Array,
): Promise<{ render(number: number): Promise<PageImage>; close(): void }> => {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(bytes);
  return {
    async render(number) {
      const page = document.getPage(number - 1);
      const { originalWidth, originalHeight } = page.getOriginalSize();
      const scale = renderScale(originalWidth, originalHeight);
      const { data, width, height } = await page.render({
        scale,
        colorSpace: 'Gray',
        renderFormFields: true,
      });
      const png = await sharp(data, { raw: { width, height, channels: 1 } })
        .toColourspace('b-w')
        .png({ compressionLevel: 1 })
        .toBuffer();
      return { png, width, height, dpi: scale * POINTS_PER_INCH };
    },
    close: () => document.destroy(),
  };
};
let library: ReturnType<typeof PDFiumLibrary.init> | undefined;

const renderScale = (width: number, height: number): number => {
  const pixels = Math.min(
    IMAGE_MAX_WIDTH,
    Math.max(RENDER_MIN_WIDTH, (width * RENDER_DPI) / POINTS_PER_INCH),
  );
  return Math.min(pixels / width, Math.sqrt(PAGE_MAX_PIXELS / (width * height)));
};

/** Pages of a picture file (from 0): a TIFF may have several. Throws PageTooLargeError before anything is decoded. */
export const countImagePages = async (bytes: Uint8Array): Promise<number> => {
  const { pages = 1, width, pageHeight, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * (pageHeight ?? height) > PAGE_MAX_PIXELS) {
    throw new PageTooLargeError(`the picture has ${width} by ${pageHeight ?? height} pixels`);
  }
  return pages;
};

/** One page of a picture file (from 0), turned as its EXIF says and not wider than recognition needs. */
export const readImagePage = async (bytes: Uint8Array, page: number): Promise<PageImage> => {
  const options = { page, limitInputPixels: PAGE_MAX_PIXELS, failOn: 'truncated' } as const;
  const source = sharp(bytes, options);
  const { density, autoOrient } = await source.metadata();
  const { data, info } = await source
    .autoOrient()
    .flatten({ background: 'white' })
    .greyscale()
    .resize({ width: IMAGE_MAX_WIDTH, withoutEnlargement: true })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const believable = density !== undefined && density >= BELIEVABLE_DPI.min && density <= BELIEVABLE_DPI.max;
  const dpi = ((believable ? density : ASSUMED_DPI) * info.width) / autoOrient.width;
  return { png: data, width: info.width, height: info.height, dpi };
};

/** Whether nothing is to be seen on the page. */
export const isBlank = async ({ png }: PageImage): Promise<boolean> => {
  const { channels } = await sharp(png).stats();
  return channels.every(({ stdev }) => stdev < BLANK_DEVIATION);
};
