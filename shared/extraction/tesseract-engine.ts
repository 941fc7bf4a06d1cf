import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { OcrEngine, PageLayout, RecognisedLine, Recognition } from './ocr-engine.ts';
import { type TesseractWorker, tesseract } from './parser-libraries.ts';

const layouts: Record<PageLayout, string> = {
  auto: tesseract.PSM.AUTO,
  column: tesseract.PSM.SINGLE_COLUMN,
  block: tesseract.PSM.SINGLE_BLOCK,
  sparse: tesseract.PSM.SPARSE_TEXT,
};

/** Starts tesseract with the language data of a folder; rejects when a language's file is not there. */
export const startTesseract = async (languages: readonly string[], folder: string): Promise<OcrEngine> => {
  // tesseract.js never settles on a missing file.
  await Promise.all(languages.map((language) => access(join(folder, `${language}.traineddata.gz`))));
  const worker = await tesseract.createWorker([...languages], tesseract.OEM.LSTM_ONLY, {
    langPath: folder,
    gzip: true,
    cacheMethod: 'none',
    // Every failed job also rejects its own promise; without a handler it would be thrown outside of it once more.
    errorHandler: () => undefined,
  });
  return {
    recognise: (image, options) => recognise(worker, image, options),
    close: async () => {
      await worker.terminate();
    },
  };
};

const recognise = async (
  worker: TesseractWorker,
  image: Uint8Array,
  { dpi, layout }: { dpi: number; layout: PageLayout },
): Promise<Recognition> => {
  await worker.setParameters({
    tessedit_pageseg_mode: layouts[layout],
    user_defined_dpi: String(Math.round(dpi)),
  });
  const { data } = await worker.recognize(Buffer.from(image), {}, { text: false, tsv: true });
  return { confidence: data.confidence / 100, lines: linesOfTsv(data.tsv ?? '') };
};

/** Lines from tesseract's table: level 4 rows are lines, the level 5 rows after them their words. */
export const linesOfTsv = (tsv: string): RecognisedLine[] => {
  const lines: RecognisedLine[] = [];
  for (const row of tsv.split('\n')) {
    const [level, , , , , , left, top, width, height, confidence, text = ''] = row.split('\t');
    if (level === '4') lines.push({ y: Number(top), height: Number(height), words: [] });
    if (level !== '5' || text.trim() === '') continue;
    lines.at(-1)?.words.push({
      text: text.trim(),
      x: Number(left),
      y: Number(top),
      width: Number(width),
      height: Number(height),
      confidence: Number(confidence) / 100,
    });
  }
  return lines.filter((line) => line.words.length > 0);
};
