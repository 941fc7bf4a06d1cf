/** A recognised word and its box in pixels of the image given. `confidence` is 0–1. */
export interface RecognisedWord {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  confidence: number;
}

/** Words that the engine saw on one line, and the line's box in pixels. */
export interface RecognisedLine {
  y: number;
  height: number;
  words: RecognisedWord[];
}

/** What an engine saw in an image. `confidence` is its own mean, 0–1. */
export interface Recognition {
  confidence: number;
  lines: RecognisedLine[];
}

/** How the page is laid out: searched for columns and blocks, or taken as one block of lines. */
export type PageLayout = 'auto' | 'column' | 'block' | 'sparse';

/** Optical recognition of one upright image at a time. Rejects when the engine or its data fails. */
export interface OcrEngine {
  /** `image` is a PNG; `dpi` tells the engine how large letters are. */
  recognise(image: Uint8Array, options: { dpi: number; layout: PageLayout }): Promise<Recognition>;
  close(): Promise<void>;
}
