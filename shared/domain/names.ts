/** Company names as they are compared: letters folded, legal forms and little words dropped, word by word. */

/** Letters that Unicode does not take apart. */
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Forms written in several words; replaced before the text is cut into words. */
const LONG_FORMS =
  /\b(gesellschaft (mit beschrankter haftung|burgerlichen rechts)|mit beschrankter haftung|societe (anonyme|civile|par actions simplifiee( unipersonnelle)?|a responsabilite limitee|cooperative)|societa (per azioni|a responsabilita limitata|in accomandita semplice)|sociedad (anonima|limitada)|sociedade anonima|besloten vennootschap|naamloze vennootschap|private limited|public limited company|limited liability (company|partnership)|sp z o ?o|spol s r o|s r o|s a r l|s a s u|s a s|s p a|s r l|g m b h|d o o|b v|n v|s a|s l|a s|e k|e v)\b/g;

const LEGAL_FORMS = new Set(
  (
    'gmbh mbh ag kg kgaa ohg ug gbr partg eg ev ek se ' +
    'sa sas sasu sarl eurl sci snc scop scp selarl selas gie ei eirl asbl ' +
    'bv nv vof cv bvba srl spa sapa sas sl slu sau slp lda ltda sgps ' +
    'ltd limited plc llp llc lp inc incorporated corp corporation co company pty pte pvt bhd ' +
    'oy oyj ab hb as asa aps ks is ans sro zoo spzoo kft zrt nyrt doo dd ood eood uab sia ou ' +
    'aktiengesellschaft haftungsbeschrankt'
  ).split(' '),
);

const LITTLE_WORDS = new Set(
  'a al and at d da das de dem den der des di die do du e el en et f fur i in l la las le les los m mr mrs of on the und van von y z'.split(
    ' ',
  ),
);

/** Lower-case ASCII letters and digits with everything else as single spaces; accents and ligatures folded. */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/['’`´]/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** One key for a folded word however its umlauts were written: `mueller` and `muller` are the same. */
export const wordKey = (word: string): string => word.replace(/(?<![aeioquy])([aou])e/g, '$1');

/** Longest beginning of a word or number that the database keeps to look it up by, in characters. */
const TERM_LENGTH = 16;

/** A word or number as the database's `match_terms` writes one: capitals and digits alone, its first sixteen. */
export const matchTerm = (text: string): string =>
  foldText(text)
    .split(' ')
    .map(wordKey)
    .join('')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, TERM_LENGTH);

/** True for a word that is a legal form (`gmbh`, `sarl`, `ltd`) and says nothing about who it is. */
export const isLegalForm = (word: string): boolean => LEGAL_FORMS.has(word);

/**
 * The words of a company's name that tell it from others, folded, in their order; legal forms and little words are
 * left out unless nothing else is there.
 */
export const nameWords = (name: string): string[] => {
  const folded = foldText(name.replace(/(?<=(^|[\s.,(&])\p{L})\.(?=\p{L}([\s.,)]|$))/gu, ''));
  const words = folded.replace(LONG_FORMS, ' ').split(' ').filter(Boolean);
  const telling = words.filter((word) => !LEGAL_FORMS.has(word) && !LITTLE_WORDS.has(word));
  const kept = telling.length > 0 ? telling : folded.split(' ').filter(Boolean);
  return kept.map(wordKey);
};

/** A key equal for names that differ only in accents, punctuation, word order and legal form; empty for no name. */
export const nameKey = (name: string): string => nameWords(name).sort().join(' ');

/** Edits (insert, delete, replace, swap of neighbours) between two words, or `limit + 1` when there are more. */
export const wordDistance = (left: string, right: string, limit: number): number => {
  if (left === right) return 0;
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      ) {
        edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(edits);
      best = Math.min(best, edits);
    }
    if (best > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[right.length] ?? limit + 1, limit + 1);
};

/** How alike two folded words are, 0–1: equal 1, one slip in five letters or more .85, one the cut-off other .7–.95. */
export const wordSimilarity = (left: string, right: string): number => {
  if (left === right) return 1;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length >= 4 && long.startsWith(short)) return 0.6 + (0.4 * short.length) / long.length;
  if (short.length >= 5 && wordDistance(left, right, 1) === 1) return 0.85;
  if (short.length >= 9 && wordDistance(left, right, 2) === 2) return 0.75;
  return 0;
};

/** How alike two company names are, 0–1, by their telling words in any order; 0 when either has none. */
export const nameSimilarity = (left: string, right: string): number => {
  const [a, b] = [nameWords(left), nameWords(right)];
  if (a.length === 0 || b.length === 0) return 0;
  if (a.join('') === b.join('')) return 1;
  const found = (words: string[], others: string[]) =>
    words.reduce(
      (sum, word) => sum + word.length * Math.max(...others.map((other) => wordSimilarity(word, other))),
      0,
    );
  const letters = (words: string[]) => words.reduce((sum, word) => sum + word.length, 0);
  return (found(a, b) + found(b, a)) / (letters(a) + letters(b));
};
