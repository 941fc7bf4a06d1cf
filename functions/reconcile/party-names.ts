import { foldText, isLegalForm, nameWords, wordDistance, wordKey } from '../../shared/domain/names.ts';

/** What a text says about a party: how much of the party's name it holds, 0–1. */
export type NameEvidence = Map<string, number>;

export interface PartyNames {
  /** Parties whose name the text may hold. With `whole`, the text is a name itself and its other words count against. */
  find(text: string, whole: boolean): NameEvidence;
}

interface Variant {
  party: string;
  words: number[];
  weight: number;
}

/** Below this share of its name a party is not considered at all. */
export const NAME_FLOOR = 0.45;
/** Shortest word that may be a cut-off or misspelt other word. */
const CUT_MIN = 4;
const SLIP_MIN = 5;

const withoutOneLetter = (word: string) =>
  Array.from({ length: word.length }, (_, at) => word.slice(0, at) + word.slice(at + 1));

const push = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value) => {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
};

/** Words of the known names, found by what a label may have made of them. */
const indexWords = (vocabulary: readonly string[]) => {
  const exact = new Map(vocabulary.map((word, id) => [word, id]));
  const bySlip = new Map<string, number[]>();
  const byPrefix = new Map<string, number[]>();
  vocabulary.forEach((word, id) => {
    if (word.length < SLIP_MIN) return;
    for (const form of [word, ...withoutOneLetter(word)]) push(bySlip, form, id);
    for (let length = CUT_MIN; length < word.length; length++) push(byPrefix, word.slice(0, length), id);
  });
  const known = new Map<string, [id: number, similarity: number][]>();

  const search = (word: string): [number, number][] => {
    const found = new Map<number, number>();
    const add = (id: number, similarity: number) => found.set(id, Math.max(found.get(id) ?? 0, similarity));
    const id = exact.get(word);
    if (id !== undefined) add(id, 1);
    if (word.length >= CUT_MIN) {
      for (const longer of byPrefix.get(word) ?? []) {
        add(longer, 0.55 + (0.4 * word.length) / (vocabulary[longer]?.length ?? word.length));
      }
    }
    if (word.length >= SLIP_MIN) {
      for (const form of [word, ...withoutOneLetter(word)]) {
        for (const near of bySlip.get(form) ?? []) {
          if (!found.has(near) && wordDistance(word, vocabulary[near] ?? '', 1) === 1) add(near, 0.85);
        }
      }
      // A name glued to what follows it: `duponttravaux`.
      for (let length = word.length - 1; length >= SLIP_MIN; length--) {
        const glued = exact.get(word.slice(0, length));
        if (glued !== undefined) add(glued, isLegalForm(word.slice(length)) ? 1 : 0.8);
      }
    }
    return [...found];
  };

  return (word: string) => {
    const earlier = known.get(word);
    if (earlier) return earlier;
    const found = search(word);
    known.set(word, found);
    return found;
  };
};

const tokensOf = (text: string) => {
  const words = foldText(text)
    .split(' ')
    .filter((word) => word.length > 1 && /\p{L}/u.test(word) && !isLegalForm(word))
    .map(wordKey);
  return words;
};

export const indexPartyNames = (names: readonly { party: string; name: string }[]): PartyNames => {
  const vocabulary: string[] = [];
  const ids = new Map<string, number>();
  const idOf = (word: string) => {
    const known = ids.get(word);
    if (known !== undefined) return known;
    ids.set(word, vocabulary.length);
    return vocabulary.push(word) - 1;
  };

  const forms = new Map<string, { party: string; words: number[] }>();
  for (const { party, name } of names) {
    const words = nameWords(name);
    const joined = words.join('');
    // Labels often lose the spaces of a name, so the name as one word is a variant of its own.
    for (const form of [words, ...(words.length > 1 && joined.length >= 6 ? [[joined]] : [])]) {
      if (form.length > 0)
        forms.set(`${party}\n${form.join(' ')}`, { party, words: [...new Set(form)].map(idOf) });
    }
  }

  const parties = new Set(names.map(({ party }) => party)).size;
  const owners = vocabulary.map(() => new Set<string>());
  for (const { party, words } of forms.values()) for (const word of words) owners[word]?.add(party);
  const weights = vocabulary.map((word, id) => {
    const rarity = Math.log(1 + parties / (owners[id]?.size || 1));
    return rarity * (word.length === 1 ? 0.2 : word.length <= 3 ? 0.7 : 1);
  });
  const rarest = Math.log(1 + parties);

  const variants: Variant[] = [];
  const byWord = vocabulary.map(() => [] as number[]);
  for (const { party, words } of forms.values()) {
    const weight = words.reduce((sum, word) => sum + (weights[word] ?? 0), 0);
    for (const word of words) byWord[word]?.push(variants.length);
    variants.push({ party, words, weight });
  }

  const searchWord = indexWords(vocabulary);
  const cache = new Map<string, NameEvidence>();

  const find = (tokens: string[], whole: boolean): NameEvidence => {
    const best = new Map<number, number>();
    let said = 0;
    const explained = tokens.map((token) => {
      const found = searchWord(token);
      for (const [word, similarity] of found) best.set(word, Math.max(best.get(word) ?? 0, similarity));
      const weight = Math.max(0, ...found.map(([word, similarity]) => (weights[word] ?? 0) * similarity));
      said += weight || rarest;
      return found;
    });

    const covered = new Map<number, number>();
    for (const [word, similarity] of best) {
      for (const variant of byWord[word] ?? []) {
        covered.set(variant, (covered.get(variant) ?? 0) + (weights[word] ?? 0) * similarity);
      }
    }
    const evidence: NameEvidence = new Map();
    for (const [id, weight] of covered) {
      const variant = variants[id];
      if (!variant) continue;
      let share = weight / variant.weight;
      if (share < NAME_FLOOR) continue;
      if (whole) {
        const words = new Set(variant.words);
        const mutual = explained.reduce(
          (sum, found) =>
            sum +
            Math.max(
              0,
              ...found.map(([word, alike]) => (words.has(word) ? (weights[word] ?? 0) * alike : 0)),
            ),
          0,
        );
        share *= 0.6 + 0.4 * Math.min(1, said === 0 ? 1 : mutual / said);
      }
      if (share > (evidence.get(variant.party) ?? 0)) evidence.set(variant.party, Math.min(1, share));
    }
    return evidence;
  };

  return {
    find(text, whole) {
      const tokens = tokensOf(text);
      const key = `${whole}${tokens.join(' ')}`;
      const earlier = cache.get(key);
      if (earlier) return earlier;
      const evidence = find(tokens, whole);
      cache.set(key, evidence);
      return evidence;
    },
  };
};
