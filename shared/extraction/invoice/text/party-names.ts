import { countryNamed } from './countries.ts';

/** Words that companies put behind their name; the short ones count in capitals only. */
const LONG_FORM =
  /(?<![\p{L}\p{N}])(?:gmbh(?: & co\.? ?kg)?|mbh|e\.\s?k\.|ohg|kgaa|sarl|s\.a\.r\.l\.?|sasu?|s\.a\.s\.?|eurl|b\.\s?v\.|n\.\s?v\.|bvba|s\.\s?r\.\s?l\.?|srls?|s\.\s?p\.\s?a\.?|s\.\s?l\.\s?u?\.?|s\.\s?a\.|ltd\.?|limited|plc|llp|llc|inc\.?|incorporated|corp\.?|corporation|pty|sdn\.? ?bhd\.?|bhd|pte|a\/s|aps|kft|sp\. ?z ?o\. ?o\.?|s\.r\.o\.?|d\.o\.o\.?|oyj?|gesellschaft)(?![\p{L}\p{N}])/iu;
const SHORT_FORM =
  /(?<![\p{L}\p{N}])(?:AG|KG|UG|GbR|SE|SA|SNC|SCI|BV|NV|VOF|SRL|SPA|SL|AB|AS|ASA|PT)(?![\p{L}\p{N}])/u;

/** True when the text holds a legal form. */
export const hasLegalForm = (text: string): boolean => LONG_FORM.test(text) || SHORT_FORM.test(text);

const LEGAL = new RegExp(`${LONG_FORM.source}|${SHORT_FORM.source}`, 'iu');

/**
 * The company name in a line: cut at the separators that senders put between name, street and town, or after the
 * legal form where the rest is something else.
 */
export const nameIn = (text: string): string => {
  const [first = ''] = text.split(/\s+[-–—●•·|]\s+|\s*[●•·|]\s*|\s{3,}/);
  const name = first.replace(/^[\s:,;.*-]+|[\s:,;*-]+$/g, '');
  const form = LEGAL.exec(name);
  const end = form ? form.index + form[0].length : name.length;
  const rest = name.slice(end);
  return form && hasLegalForm(name) && /^\s*[,(]|\d{3}/.test(rest) ? name.slice(0, end) : name;
};

const NOT_A_NAME =
  /^(?:[a-z-]*rechnung|invoice|tax invoice|receipt|factur|fattura|cash|bill|page|seite|date|datum|tel|phone|fax|gln|name|nr\b|no\b|www\.|http|iban|ust|vat|tva|btw|gst|email|e-mail|number|nummer|account|ship|total|summary|order|attn|copy|original|welcome|thank|anschrift|address|adresse|lieferadresse|your |ihre? |votre |betreff|inhalt|globale)/;

/** True when a folded line may be a name: mostly letters, and no heading, label, address or contact. */
export const mayBeName = (folded: string): boolean => {
  const letters = folded.replace(/[^a-z]/g, '').length;
  return (
    letters >= 3 &&
    letters >= folded.replace(/\s/g, '').length * 0.6 &&
    folded.length <= 70 &&
    countryNamed(folded) === null &&
    !NOT_A_NAME.test(folded.trim()) &&
    // A street with its number.
    !/\s\d+ ?[a-z]?(?:-\d+)?$|^\d/.test(folded.trim()) &&
    !/^[([]/.test(folded.trim()) &&
    !/@|:\s|\d{4,}/.test(folded)
  );
};

/** A name for comparing: folded, without punctuation and legal form. */
export const canonicalName = (name: string): string =>
  name
    .replace(new RegExp(LEGAL.source, 'giu'), ' ')
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
