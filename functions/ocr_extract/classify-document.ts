import type { DocumentText, Line, Page } from '../../shared/extraction/document-text.ts';
import { documentLabels, receiptCues, settlementCues } from './document-labels.ts';
import { typeOfXml } from './type-of-xml.ts';

/** What a document is: a code of UNTDID 1001 or one of our names for what has none there; null when nothing is known. */
export interface Classification {
  document_type: string | null;
  /** 0–1. */
  type_confidence: number;
}

/** How much a line speaks for the type whose label it carries. */
const TITLE = 3;
const LABEL = 1;
const BIG = 1.5;
const NEAR_TOP = 1.5;
/** From this score on a type is as sure as words can make it. */
const SURE_SCORE = 5;
const XML_CONFIDENCE = 1;
const WORDS_CONFIDENCE_MAX = 0.95;
const NO_LABEL_CONFIDENCE = 0.5;
const RECEIPT_CUES_MIN = 2;

/**
 * Says what kind of document it is: by the type code of an e-invoice in it, else by the titles and labels on its
 * first pages in six languages.
 */
export const classifyDocument = (document: DocumentText): Classification => {
  for (const { bytes } of document.attachments) {
    const type = typeOfXml(bytes);
    if (type) return { document_type: type, type_confidence: XML_CONFIDENCE };
  }
  const pages = document.pages.slice(0, 2);
  const text = fold(pages.map((page) => page.text).join('\n'));
  if (!/[a-z]/.test(text)) return { document_type: null, type_confidence: 0 };

  const scores = scoreTypes(pages);
  const cues = receiptCues.filter((cue) => hasPhrase(text, cue)).length;
  const settled = settlementCues.some((cue) => hasPhrase(text, cue));
  if (cues >= RECEIPT_CUES_MIN && !settled)
    scores.set('receipt', (scores.get('receipt') ?? 0) + cues * TITLE);

  const [best, second] = [...scores].sort((a, b) => b[1] - a[1]);
  if (!best) return { document_type: 'other', type_confidence: NO_LABEL_CONFIDENCE };
  const lead = best[1] / (best[1] + (second?.[1] ?? 0));
  const confidence = WORDS_CONFIDENCE_MAX * lead * Math.min(1, 0.6 + (0.4 * best[1]) / SURE_SCORE);
  return { document_type: best[0], type_confidence: Math.round(confidence * 100) / 100 };
};

const scoreTypes = (pages: Page[]): Map<string, number> => {
  const scores = new Map<string, number>();
  for (const page of pages) {
    const usual = medianHeight(page);
    for (const line of page.lines) {
      const hit = labelIn(fold(line.text));
      if (!hit) continue;
      const score =
        hit.weight * (heightOf(line) > usual * 1.3 ? BIG : 1) * (isNearTop(line, page) ? NEAR_TOP : 1);
      // Repeating a word does not make it truer: the strongest line counts, further ones a little.
      const known = scores.get(hit.type) ?? 0;
      scores.set(hit.type, Math.max(known, score) + Math.min(known, score) / 4);
    }
  }
  return scores;
};

/** The longest label of a line: `credit note` wins over `note`, `facture d'avoir` over `facture`. */
const labelIn = (line: string): { type: string; weight: number } | null => {
  for (const { phrase, type, asReference } of documentLabels) {
    const at = phraseAt(line, phrase);
    if (at < 0) continue;
    const rest = line.slice(at + phrase.length);
    const before = line.slice(0, at).trim();
    // `Delivery note no. 7` on an invoice names another paper; `Invoice no. 7` names this one.
    if (referenceMark.test(rest)) return asReference ? { type, weight: LABEL } : null;
    const alone = before === '' && rest.trim().split(/\s+/).length <= 4;
    if (alone) return { type, weight: TITLE };
    return asReference ? { type, weight: LABEL / 2 } : null;
  }
  return null;
};

const referenceMark = /^[\s-]*(no\b|nr\b|n\b|num|#|ref|date|datum|data|fecha|id\b|du\b|vom\b|van\b|del\b|:)/;

const hasPhrase = (text: string, phrase: string): boolean => phraseAt(text, phrase) >= 0;

const phraseAt = (text: string, phrase: string): number => {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + phrase.length] ?? ' '];
    if (!/[a-z]/.test(before) && !/[a-z]/.test(after)) return at;
  }
  return -1;
};

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[’`´]/g, "'")
    .replaceAll(/[^\S\n]+/g, ' ');

const heightOf = (line: Line): number => Math.max(0, ...line.words.map((word) => word.height));

const medianHeight = (page: Page): number => {
  const heights = page.lines.map(heightOf).sort((a, b) => a - b);
  return heights[heights.length >> 1] ?? 0;
};

const isNearTop = (line: Line, page: Page): boolean => (line.words[0]?.y ?? 0) < page.height * 0.45;
