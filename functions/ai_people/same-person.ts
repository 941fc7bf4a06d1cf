import { foldText, wordKey } from '../../shared/domain/names.ts';

const wordsOf = (name: string) => foldText(name).split(' ').filter(Boolean).map(wordKey);

/** Whether two names can be one person's: Ada Lovelace, A. Lovelace, LOVELACE Ada, Ada B. Lovelace, Ada. */
export function canBeOne(left: string, right: string): boolean {
  const [short = [], long = []] = [wordsOf(left), wordsOf(right)].sort((a, b) => a.length - b.length);
  const free = [...long];
  const take = (fits: (word: string) => boolean) => {
    const index = free.findIndex(fits);
    if (index !== -1) free.splice(index, 1);
    return index !== -1;
  };
  const unmatched = short.filter((word) => !take((other) => other === word));
  const isInitial = (a: string, b: string) => a.length === 1 && b.startsWith(a);
  const initialsFit = unmatched.every((word) =>
    take((other) => isInitial(word, other) || isInitial(other, word)),
  );
  return initialsFit && short.some((word) => word.length > 1 && long.includes(word));
}

/** Whether a mailbox can be named after this person: `lovelace`, `ada.l`, `alovelace`. */
export function fitsMailbox(name: string, email: string): boolean {
  const parts = wordsOf(email.replace(/@[^@]*$/, '').replace(/\d/g, ' '));
  return wordsOf(name).some(
    (word) =>
      (word.length >= 2 && parts.includes(word)) ||
      (word.length >= 3 && parts.some((part) => part.startsWith(word) || part.endsWith(word))),
  );
}
