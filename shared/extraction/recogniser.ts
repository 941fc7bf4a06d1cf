import type { OcrEngine } from './ocr-engine.ts';
import { startTesseract } from './tesseract-engine.ts';

let current: { key: string; engine: Promise<OcrEngine> } | undefined;

/** The engine of this parser child, kept from document to document while the languages stay the same. */
export const recogniserFor = async (languages: readonly string[], folder: string): Promise<OcrEngine> => {
  const key = languages.join('+');
  if (current?.key === key) return current.engine;
  const previous = await current?.engine;
  await previous?.close();
  current = { key, engine: startTesseract(languages, folder) };
  return current.engine;
};
