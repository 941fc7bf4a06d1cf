import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { createParserPool } from '../../../shared/extraction/parser-pool.ts';
import { rasterise } from '../../../shared/extraction/rasterise.ts';
import { readImage } from '../../../shared/extraction/read-image.ts';

const mark = (width: number, height = width) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="#fff"/><circle cx="${width / 2}" cy="${height / 2}" r="${height / 3}" fill="#06c"/></svg>`;
const png = (width: number, height = width) =>
  sharp(Buffer.from(mark(width, height)))
    .png()
    .toBuffer();

/** An ICO of PNG pictures, one directory entry each. */
const ico = (pictures: readonly Buffer[], count = pictures.length) => {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(count, 4);
  let offset = head.byteLength;
  for (const [at, picture] of pictures.entries()) {
    head.writeUInt32LE(picture.byteLength, 6 + 16 * at + 8);
    head.writeUInt32LE(offset, 6 + 16 * at + 12);
    offset += picture.byteLength;
  }
  return Buffer.concat([head, ...pictures]);
};

/** A 16 by 16 bitmap of 32 bits in an ICO, half of it red. */
const bitmapIcon = () => {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(16, 4);
  header.writeInt32LE(32, 8); // both halves of an icon's bitmap: colour and mask
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(16 * 16 * 4, 0xff);
  for (let at = 0; at < 16 * 8; at += 1) pixels.writeUInt32LE(0xff_ff_00_00, at * 4);
  const directory = ico([Buffer.concat([header, pixels, Buffer.alloc(16 * 4)])]);
  directory.writeUInt8(16, 6);
  directory.writeUInt8(16, 7);
  return directory;
};

/** A PNG of a few bytes that says it has this many pixels. */
const pngOfSize = (width: number, height: number) => {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const frame = Buffer.alloc(8 + body.byteLength);
    frame.writeUInt32BE(data.byteLength, 0);
    body.copy(frame, 4);
    return frame;
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc(1_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

describe('what is a logo', () => {
  test.for([
    ['image/png', 120, 60],
    ['image/jpeg', 120, 60],
    ['image/webp', 120, 60],
  ] as const)('%s is kept as it is', async ([mediaType, width, height]) => {
    const bytes = await sharp(await png(width, height))
      .toFormat(mediaType === 'image/png' ? 'png' : mediaType === 'image/jpeg' ? 'jpeg' : 'webp')
      .toBuffer();

    expect(await rasterise(bytes)).toEqual({ ok: true, bytes, mediaType, width, height, isVector: false });
  });

  test('a drawing becomes a PNG of 512 pixels', async () => {
    const raster = await rasterise(Buffer.from(`<?xml version="1.0"?>${mark(20, 10)}`));

    expect(raster).toMatchObject({
      ok: true,
      mediaType: 'image/png',
      width: 512,
      height: 256,
      isVector: true,
    });
  });

  test('the largest picture of an ICO becomes a PNG', async () => {
    const raster = await rasterise(ico([await png(16), await png(48), await png(32)]));

    expect(raster).toMatchObject({ ok: true, mediaType: 'image/png', width: 48, height: 48 });
  });

  test('so does a bitmap in an ICO', async () => {
    const raster = await rasterise(bitmapIcon());

    expect(raster).toMatchObject({ ok: true, mediaType: 'image/png', width: 16, height: 16 });
  });

  test('a GIF becomes a PNG', async () => {
    const bytes = await sharp(await png(40))
      .gif()
      .toBuffer();

    expect(await rasterise(bytes)).toMatchObject({ ok: true, mediaType: 'image/png', width: 40 });
  });
});

const blank = (background: { r: number; g: number; b: number; alpha: number }) =>
  sharp({ create: { width: 40, height: 40, channels: 4, background } })
    .png()
    .toBuffer();

describe('what is none', () => {
  test.for<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
    ['nothing', 'it is empty', () => new Uint8Array()],
    ['a page', 'it is text/html, not a picture', () => Buffer.from('<!doctype html><p>404</p>')],
    ['a PDF', 'it is application/pdf, not a picture', () => Buffer.from('%PDF-1.4')],
    ['one pixel', 'it is one pixel', () => png(1)],
    ['a see-through picture', 'nothing is to be seen on it', () => blank({ r: 9, g: 9, b: 9, alpha: 0 })],
    ['one colour', 'nothing is to be seen on it', () => blank({ r: 9, g: 9, b: 9, alpha: 1 })],
    ['a cut PNG', 'it is damaged or too large', async () => (await png(200)).subarray(0, 300)],
    ['a broken ICO', 'it is damaged or too large', () => Buffer.from('AAABAAEAEBA=', 'base64')],
    ['an ICO of many', 'it holds more than 32 pictures', async () => ico([await png(16)], 60_000)],
    ['a PNG bomb', 'it has 50000 by 50000 pixels', () => pngOfSize(50_000, 50_000)],
    [
      'a drawing with entities',
      'it is application/xml, not a picture',
      () => Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>${mark(9)}`),
    ],
    [
      'a drawing that is broken',
      'it is damaged or too large',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect'),
    ],
  ])('%s: %s', async ([, reason, make]) => {
    expect(await rasterise(await make())).toEqual({ ok: false, reason });
  });
});

describe('in a child', () => {
  const pool = createParserPool({ children: 1 });
  afterAll(() => pool.close());

  test('a picture is checked, and one that is none does not end it', async () => {
    const bad = await readImage(Buffer.from('no picture at all'), { pool });
    const good = await readImage(await png(64), { pool });

    expect(bad).toEqual({ ok: false, reason: 'it is text/plain, not a picture' });
    expect(good).toMatchObject({ ok: true, mediaType: 'image/png', width: 64 });
    expect(pool.pids()).toHaveLength(1);
  });
});
