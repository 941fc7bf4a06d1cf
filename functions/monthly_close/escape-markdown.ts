/** Longest text that is quoted, in characters; names and labels come from anybody. */
const QUOTE_MAX = 80;

/**
 * A foreign text as it may stand in markdown: one line, at most 80 characters, without control and formatting
 * characters; nothing in it is markup, a link or HTML to a reader of CommonMark.
 */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+/gu, ' ').trim();
  const letters = [...line];
  const short = letters.length > QUOTE_MAX ? `${letters.slice(0, QUOTE_MAX - 1).join('')}…` : line;
  return short
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[!"#$%'()*+,\-./:=?@[\\\]^_`{|}~]/g, '\\$&');
}
