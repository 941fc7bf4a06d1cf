import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contentChecksum } from '../../../shared/extraction/content-checksum.ts';
import { drawRows, invoiceRows, makePdf } from '../../support/documents.ts';

const picture = (colour: string) =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: colour } }).withMetadata({
    density: 100,
  });
const described = (colour: string) =>
  picture(colour).withExif({ IFD0: { Copyright: 'someone', ImageDescription: 'an invoice' } });

describe('contentChecksum', () => {
  it.each(['jpeg', 'png'] as const)('does not change when a %s gets a description', async (format) => {
    const plain = await picture('red').toFormat(format).toBuffer();
    const labelled = await described('red').toFormat(format).toBuffer();

    expect(plain.equals(labelled)).toBe(false);
    expect(contentChecksum(labelled)).toBe(contentChecksum(plain));
  });

  it.each(['jpeg', 'png'] as const)('changes with the picture of a %s', async (format) => {
    const [red, blue] = await Promise.all(
      ['red', 'blue'].map((colour) => picture(colour).toFormat(format).toBuffer()),
    );

    expect(contentChecksum(red ?? Buffer.of())).not.toBe(contentChecksum(blue ?? Buffer.of()));
  });

  it('does not change with the title, the dates and the id of a PDF', async () => {
    const first = await makePdf(drawRows(invoiceRows), { info: { Title: 'one', Author: 'a (b)' } });
    const second = await makePdf(drawRows(invoiceRows), {
      info: { Title: 'another, longer title', Author: 'a (b)', CreationDate: new Date(86_400_000) },
    });

    expect(first.equals(second)).toBe(false);
    expect(contentChecksum(second)).toBe(contentChecksum(first));
  });

  it('does not change with the XMP packet of a PDF', () => {
    const pdf = (xmp: string): Buffer =>
      Buffer.from(
        `%PDF-1.7\n1 0 obj\n<< /Type /Metadata /Length ${xmp.length} >>\nstream\n<?xpacket begin="" id="x"?>${xmp}<?xpacket end="w"?>\nendstream\nendobj\n`,
      );

    expect(contentChecksum(pdf('<a/>'))).toBe(contentChecksum(pdf('<something longer/>')));
  });

  it('changes with the text of a PDF', async () => {
    const [first, second] = await Promise.all(
      ['275.50', '275.51'].map((total) => makePdf(drawRows([[50, 50, total]]), { compress: false })),
    );

    expect(contentChecksum(first ?? Buffer.of())).not.toBe(contentChecksum(second ?? Buffer.of()));
  });

  it('hashes other files and broken pictures as they are', () => {
    const broken = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 1]);

    expect(contentChecksum(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(contentChecksum(broken)).not.toBe(contentChecksum(broken.subarray(0, 6)));
  });

  it('takes a packet that never ends for content, in one pass', () => {
    const endless = Buffer.from(`%PDF-1.7\n${'<?xpacket begin'.repeat(200_000)}`);

    expect(contentChecksum(endless)).toMatch(/^[0-9a-f]{64}$/);
  });
});
