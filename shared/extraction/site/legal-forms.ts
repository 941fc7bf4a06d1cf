import { fold } from '../invoice/text/fold.ts';

/** Legal forms as records hold them, with how they are written; the longer ones first. */
const FORMS: readonly [string, RegExp][] = [
  ['GmbH & Co. KG', /\bgmbh ?(?:&|und|u\.) ?co\.? ?(?:kg|kommanditgesellschaft)\b/],
  ['gGmbH', /\bggmbh\b/],
  ['GmbH', /\bgmbh\b|\bgesellschaft mit beschrankter haftung\b|\bmbh\b/],
  ['UG', /\bug\b(?=[ ,(]|$)|\bunternehmergesellschaft\b/],
  ['KGaA', /\bkgaa\b/],
  ['OHG', /\bohg\b/],
  ['GbR', /\bgbr\b/],
  ['e.K.', /\be\. ?k\.|\beingetragene[rn]? kauf/],
  ['e.V.', /\be\. ?v\.|\beingetragener verein\b/],
  ['eG', /\beg\b$|\beingetragene genossenschaft\b/],
  ['AG', /\bag\b|\baktiengesellschaft\b/],
  ['KG', /\bkg\b|\bkommanditgesellschaft\b/],
  ['SASU', /\bsasu\b|\bs\. ?a\. ?s\. ?u\b|\bsociete par actions simplifiee unipersonnelle\b/],
  ['SAS', /\bsas\b|\bs\. ?a\. ?s\b|\bsociete par actions simplifiee\b/],
  ['EURL', /\beurl\b|\be\. ?u\. ?r\. ?l\b/],
  ['SARL', /\bsarl\b|\bs\. ?a\. ?r\. ?l\b|\bsociete a responsabilite limitee\b/],
  ['SCOP', /\bscop\b/],
  ['SCI', /\bsci\b|\bsociete civile immobiliere\b/],
  ['SNC', /\bsnc\b|\bs\. ?n\. ?c\b/],
  [
    'EI',
    /\bentrepreneur individuel\b|\bauto-?entrepreneur\b|\bmicro-?entrepreneur\b|\bentreprise individuelle\b/,
  ],
  ['SpA', /\bspa\b|\bs\. ?p\. ?a\b|\bsocieta per azioni\b/],
  ['Srl', /\bsrls?\b|\bs\. ?r\. ?l\b|\bsocieta a responsabilita limitata\b/],
  ['SLU', /\bs\. ?l\. ?u\b|\bslu\b/],
  ['SL', /\bsl\b|\bs\. ?l\b|\bsociedad (?:de responsabilidad )?limitada\b/],
  ['BV', /\bbv\b|\bb\. ?v\b|\bbesloten vennootschap\b/],
  ['NV', /\bnv\b|\bn\. ?v\b|\bnaamloze vennootschap\b/],
  ['PLC', /\bplc\b|\bpublic limited company\b/],
  ['LLP', /\bllp\b/],
  ['LLC', /\bllc\b/],
  ['Ltd', /\bltd\b|\blimited\b/],
  ['Inc', /\binc\b|\bincorporated\b/],
  ['Corp', /\bcorp\b|\bcorporation\b/],
  ['ASBL', /\basbl\b/],
  ['AB', /\bab\b$/],
  ['ApS', /\baps\b/],
  ['A/S', /\ba\/s\b/],
  ['Oy', /\boyj?\b$/],
  ['SE', /\bse\b$/],
  ['SA', /\bsa\b|\bs\. ?a\b|\bsociete anonyme\b|\bsociedad anonima\b/],
];

/** The legal form a name or a phrase states, as records hold it (`SAS`, `GmbH`); null when it states none. */
export const legalFormIn = (text: string): string | null => {
  const folded = fold(text).trim();
  return FORMS.find(([, pattern]) => pattern.test(folded))?.[0] ?? null;
};
