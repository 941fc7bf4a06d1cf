import { fold } from '../invoice/text/fold.ts';

/**
 * Legal notices name others too: who hosts the site, who designed it, who insures or supervises the company. Their
 * names and numbers are not the company's.
 */
const OTHERS_ANYWHERE =
  /\b(?:heberge(?:ur|ment|e par|s par)?|hosting|hosted by|hoster|gehostet|webhost\w*|alojamiento web)\b/;
const OTHERS_FIRST =
  /^(?:\W|\d)*(?:web ?design|design(?:ed)? by|conception|realisation|creation (?:du|graphique)|credits?|agence|photos?\b|bildnachweis|umsetzung|gestaltung|technische (?:umsetzung|realisierung)|mediat|streit|online-streitbeilegung|dispute|aufsichtsbehorde|zustandige (?:kammer|aufsicht)|datenschutz|data protection|delegue|dpo\b|cnil|(?:berufs)?haftpflicht|versicher|insur|assur|partner|supervis)/;
const OWN_FIRST =
  /^(?:\W|\d)*(?:editeur|edition du site|proprietaire|editor|publisher|published by|anbieter|diensteanbieter|betreiber|angaben gem|impressum|imprint|mentions legales|informations legales|legal notice|kontakt|contact|coordonnees|register(?:eintrag|gericht)?\b|handelsregister|umsatzsteuer|ust|vat|tva|siege|raison sociale|denomination|titular|responsable del sitio|company|firma\b|societe|vertreten|note legali|ragione sociale|sede legale|bedrijf|handelsnaam|directeur de (?:la )?publication)/;

const BEFORE_OTHERS =
  /(?<=\S)\s+(?=(?:H[ée]bergeur|H[ée]bergement|Le site est h[ée]berg[ée]|Hosting|Hosted by|Gehostet)\b)/gi;

/** The lines of a legal notice that speak of who runs the site. */
export const ownPart = (lines: readonly string[]): string[] => {
  let own = true;
  return lines
    .flatMap((line) => line.split(BEFORE_OTHERS))
    .filter((line) => {
      const folded = fold(line);
      if (OTHERS_ANYWHERE.test(folded) || OTHERS_FIRST.test(folded)) own = false;
      else if (OWN_FIRST.test(folded)) own = true;
      return own;
    });
};
