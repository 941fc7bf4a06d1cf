import type { Page } from './document-text.ts';
import { TEXT_LAYER_MAX_UNPRINTABLE, TEXT_LAYER_MIN_CHARACTERS } from './limits.ts';

/** How many characters of a text can be seen, how many of them are letters or digits, how many have no shape. */
export const signsIn = (text: string): { visible: number; letters: number; unprintable: number } => ({
  visible: text.match(/\S/gu)?.length ?? 0,
  letters: text.match(/[\p{L}\p{N}]/gu)?.length ?? 0,
  unprintable: text.match(/(?!\s)[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0,
});

/** Whether a page's text layer says too little, or too little that can be read, to stand for the page. */
export const needsRecognition = ({ text }: Pick<Page, 'text'>): boolean => {
  const { visible, letters, unprintable } = signsIn(text);
  return letters < TEXT_LAYER_MIN_CHARACTERS || unprintable > visible * TEXT_LAYER_MAX_UNPRINTABLE;
};

/** The longest chain of filters that any stream of a PDF names; each may multiply what comes before it. */
export const longestFilterChain = (bytes: Uint8Array): number => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let longest = 0;
  for (const [, names = ''] of file.matchAll(/\/(?:Filter|F)\s*\[([^\]]{0,4000})\]/g)) {
    longest = Math.max(longest, names.split('/').length - 1);
  }
  return longest;
};
