/** One line without control characters, zero-width marks and doubled spaces. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
