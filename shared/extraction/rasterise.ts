import decodeIco from 'decode-ico';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { ICO_PICTURES_MAX, LOGO_MAX_PIXELS, LOGO_SIDE_PIXELS } from './limits.ts';
import type { Raster } from './parser-protocol.ts';
import { sniffType } from './sniff-type.ts';

/** How long sharp may take for one step, in seconds. */
const STEP_CLOCK_SECONDS = 5;
/** What browsers show everywhere and what no script hides in: kept as it is. */
const KEPT = ['image/png', 'image/jpeg', 'image/webp'] as const;
const POINTS_PER_INCH = 72;

/** A picture that is ready to be decoded; its size in pixels, or in its own units when it is drawn. */
interface Opened {
  picture: Sharp;
  width: number;
  height: number;
  isVector: boolean;
}

/** Why a file is no logo, in words without anything from the file. */
class NoPicture extends Error {}

/**
 * Checks a picture by decoding all of it, and turns what only some programs show (SVG, ICO, GIF, AVIF) into PNG; runs
 * inside the parser child only. What is wrong with the file is a result.
 */
export const rasterise = async (bytes: Uint8Array): Promise<Raster> => {
  try {
    const type = await sniffType(bytes);
    const { picture, width, height, isVector } = await open(bytes, type);
    if (!isVector && Math.min(width, height) <= 1) throw new NoPicture('it is one pixel');
    if (await isBlank(picture)) throw new NoPicture('nothing is to be seen on it');
    const kept = KEPT.find((media) => media === type);
    if (kept) return { ok: true, bytes, mediaType: kept, width, height, isVector };
    const { data, info } = await picture
      .clone()
      .resize(LOGO_SIDE_PIXELS, LOGO_SIDE_PIXELS, { fit: 'inside', withoutEnlargement: !isVector })
      .png()
      .toBuffer({ resolveWithObject: true });
    return {
      ...{ ok: true, bytes: data, mediaType: 'image/png' },
      ...{ width: info.width, height: info.height, isVector },
    };
  } catch (error) {
    // Whatever the decoders say of a file is about the file.
    return { ok: false, reason: error instanceof NoPicture ? error.message : 'it is damaged or too large' };
  }
};

const open = (bytes: Uint8Array, type: string | null): Promise<Opened> => {
  switch (type) {
    case 'image/png':
    case 'image/jpeg':
    case 'image/webp':
    case 'image/gif':
    case 'image/avif':
      return openRaster(bytes);
    case 'image/svg+xml':
      return openVector(bytes);
    case 'image/x-icon':
      return openIcon(bytes);
    default:
      throw new NoPicture(
        bytes.byteLength === 0 ? 'it is empty' : `it is ${type ?? 'of an unknown type'}, not a picture`,
      );
  }
};

const limited = (input: Uint8Array, options: SharpOptions = {}): Sharp =>
  sharp(input, { limitInputPixels: LOGO_MAX_PIXELS, failOn: 'truncated', ...options }).timeout({
    seconds: STEP_CLOCK_SECONDS,
  });

const openRaster = async (bytes: Uint8Array): Promise<Opened> => {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > LOGO_MAX_PIXELS) throw new NoPicture(`it has ${width} by ${height} pixels`);
  return { picture: limited(bytes), width, height, isVector: false };
};

/** Drawn as large as it is kept. The renderer fetches nothing, and XML that declares entities is not taken for SVG. */
const openVector = async (bytes: Uint8Array): Promise<Opened> => {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const density = Math.max(1, (POINTS_PER_INCH * LOGO_SIDE_PIXELS) / Math.max(width, height));
  return { picture: limited(bytes, { density: Math.min(density, 10_000) }), width, height, isVector: true };
};

/** The largest of the pictures that an ICO holds. */
const openIcon = async (bytes: Uint8Array): Promise<Opened> => {
  if (Buffer.from(bytes).readUInt16LE(4) > ICO_PICTURES_MAX)
    throw new NoPicture(`it holds more than ${ICO_PICTURES_MAX} pictures`);
  const [largest] = decodeIco(bytes).sort((a, b) => b.width * b.height - a.width * a.height || b.bpp - a.bpp);
  if (!largest) throw new NoPicture('it holds no picture');
  const { data, width, height } = largest;
  if (largest.type === 'png') return openRaster(Buffer.from(data));
  const raw = { width, height, channels: 4 } as const;
  return { picture: limited(Buffer.from(data), { raw }), width, height, isVector: false };
};

/** One colour all over, or nothing at all. Looking decodes the whole picture, which finds what is broken. */
const isBlank = async (picture: Sharp): Promise<boolean> => {
  const pixels = await picture.clone().resize(32, 32, { fit: 'fill' }).ensureAlpha().raw().toBuffer();
  const levels = [0, 1, 2, 3].map((channel) => [...pixels].filter((_, at) => at % 4 === channel));
  const isSeeThrough = Math.max(...(levels[3] ?? [])) < 8;
  return isSeeThrough || levels.every((level) => Math.max(...level) - Math.min(...level) <= 2);
};
