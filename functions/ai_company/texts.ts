import { cleanText } from '../../shared/extraction/site/clean-text.ts';

/** Longest description, in characters. */
export const DESCRIPTION_MAX = 250;
/** Longest name, in characters. */
export const NAME_MAX = 250;
/** Longest number of a company or name of a register, in characters. */
export const NUMBER_MAX = 64;

/** A text cut at the end of a word where it is too long, in characters as people count them. */
export const clip = (text: string, most: number): string => {
  const plain = cleanText(text);
  if (plain.length <= most) return plain;
  const cut = plain.slice(0, most - 1);
  const atWord = /\s/.test(plain[most - 1] ?? '') ? cut : cut.replace(/\s+\S*$/, '');
  return `${atWord.replace(/[\s,;:–-]+$/, '').toWellFormed()}…`;
};

/** A language tag in its usual form (`fr-FR`); null when it is none. */
export const localeOf = (text: string | null): string | null => {
  const tag = text?.trim().replaceAll('_', '-') ?? '';
  if (!/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(tag)) return null;
  try {
    return new Intl.Locale(tag).toString();
  } catch {
    return null; // well-formed and still none
  }
};
