import sharp from 'sharp';
import { rasterise } from '../../../shared/extraction/rasterise.ts';
import { type FakeAnswer, type FakeWeb, fakeWeb } from '../../support/web.ts';

/** A square mark as PNG: a disc on white, told from others by its colour. */
export const mark = (side: number, colour = '#06c'): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="100%" height="100%" fill="#fff"/><circle cx="50%" cy="50%" r="33%" fill="${colour}"/></svg>`,
    ),
  )
    .png()
    .toBuffer();

/** What the worker finds outside: these addresses, and pictures that are decoded in this process. */
export const outside = (
  answers: Record<string, FakeAnswer>,
): { web: FakeWeb; images: { read: typeof rasterise } } => ({
  web: fakeWeb(answers),
  images: { read: rasterise },
});

/** A site with one icon of 180 pixels. */
export const siteWithIcon = async (domain: string, colour?: string) =>
  outside({
    [`https://${domain}/`]: '<title>Nordlicht</title><link rel="apple-touch-icon" href="/touch.png">',
    [`https://${domain}/touch.png`]: await mark(180, colour),
  });
