/**
 * Text for comparing: lower case, without accents, curly quotes and odd spaces. It keeps its length, so that a match in
 * the folded text is a match at the same place in the original.
 */
export const fold = (text: string): string =>
  text.replace(/[^\n]/g, (character) => {
    const plain = character.normalize('NFD').charAt(0).toLowerCase();
    if (/[\u00a0\u2000-\u200a\u202f\t]/.test(plain)) return ' ';
    if (/[\u2018\u2019\u00b4`]/.test(plain)) return "'";
    return /[\u2010-\u2015\u2212]/.test(plain) ? '-' : plain.charAt(0) || character;
  });

/** `fold` for labels read by recognition: a 0 or 1 inside a word is the letter it looks like. */
export const foldLabel = (text: string): string =>
  fold(text)
    .replace(/(?<=[a-z]{2})0|0(?=[a-z]{2})/g, 'o')
    .replace(/(?<=[a-z])[1|](?=[a-z])|(?<=[a-z]{3})[1|]\b/g, 'l');

/**
 * Digits that recognition took for letters, put right; for texts that are known to be numbers. It keeps its length.
 */
export const foldDigits = (text: string): string =>
  text
    .replace(/[OoQ]/g, '0')
    .replace(/[Il|]/g, '1')
    .replace(/S(?=\d)|(?<=\d)S(?=[\d.,])/g, '5')
    .replace(/(?<=\d)B/g, '8');
