import { fold } from '../invoice/text/fold.ts';
import { hasLegalForm } from '../invoice/text/party-names.ts';
import { cleanText } from './clean-text.ts';
import { legalFormIn } from './legal-forms.ts';

/** A registered name in a legal notice, and how it was told from the rest. */
export interface LegalName {
  value: string;
  /** `labelled` beside a word such as company name or publisher, `placed` by its legal form alone. */
  by: 'labelled' | 'placed';
  legal_form: string | null;
  evidence: string;
}

const NAME_MAX = 120;

/** Against folded lines; the name begins where the match ends. */
const LABEL =
  /(?:\b(?:raison sociale|denomination(?: sociale)?|nom de la societe|nom de l'entreprise|editeur(?: du (?:site|present site))?|proprietaire(?: du site)?|firmenname|firmierung|name des unternehmens|anbieter|diensteanbieter|betreiber(?: der (?:web)?seite)?|ragione sociale|denominazione(?: sociale)?|razon social|denominacion social|titular(?: del sitio(?: web)?)?|handelsnaam|statutaire naam|bedrijfsnaam|(?:registered |legal |full |company )?(?:company|business|legal|registered) name|name of (?:the )?company|publisher)\b ?[:–-] ?)|(?:\b(?:edite|publie|exploite|operated|published|owned|run|provided|betrieben|gestito|editado|beheerd) (?:par|by|von|da|por|door) (?:la societe |l'entreprise |l'association |the company |la sociedad |la empresa |der |die )?)|(?:\best la propriete (?:exclusive )?de (?:la societe )?)/;
const LABEL_ALONE =
  /^(?:angaben gema.{0,3} .{0,20}(?:tmg|ddg|ecg)|angaben gem\. .{0,20}|raison sociale|denomination(?: sociale)?|editeur(?: du site)?|firmenname|anbieter|diensteanbieter|ragione sociale|razon social|titular|handelsnaam|(?:company|legal|registered) name|publisher) ?:?$/;
const HEADING =
  /^(?:impressum|imprint|mentions legales|informations legales|legal notice|note legali|aviso legal|colofon)$/;
/** `Example Ltd is a company registered in …`. */
const SAYS_WHAT_IT_IS =
  /^[^.:;]{3,100}\b(?:is|ist|est) (?:an?|eine?|une) (?:[a-z-]+ ){0,4}(?:company|gesellschaft|societe)\b/;

/** Where a name ends in running text. */
const END =
  /\s*(?:[;|•·]|\s[–-]\s|,(?! ?(?:inc|llc|ltd|s\.)\b)|\.\s+(?=\p{Lu})|\(|\b(?:is|ist|est|e) (?:an?|eine?|une?|la|the|registered)\b|\bau capital\b|\bavec un capital\b|\bdont le siege\b|\bimmatricul|\benregistre|\binscrite?\b|\bsituee?\b|\bdomiciliee?\b|\bsociete (?:par|a|anonyme|au)\b|\b(?:whose|with (?:its )?registered|registered (?:in|office)|a company|con (?:sede|domicilio)|mit sitz|vertreten|gevestigd)\b|\b(?:rcs|siren|siret|tel)\b)/u;

const isName = (text: string) => {
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  return (
    letters >= 2 &&
    text.length <= NAME_MAX &&
    text.split(' ').length <= 12 &&
    letters >= text.replace(/\s/g, '').length * 0.5 &&
    !/@|https?:|www\.|\d{5}/.test(text)
  );
};

/** The name at the start of a text; a form that only introduces the capital (`, SAS au capital`) is not part of it. */
const nameAt = (text: string): string | null => {
  const folded = fold(text);
  const end = END.exec(folded)?.index ?? text.length;
  const name = cleanText(text.slice(0, end)).replace(/^["'«“„\s]+|["'»”.,:\s]+$/g, (marks) =>
    marks.startsWith('.') && /\b\p{L}\.\p{L}$/u.test(text.slice(0, end).replace(/\.\s*$/, '')) ? '.' : '',
  );
  return isName(name) ? name : null;
};

const named = (value: string, by: LegalName['by'], line: string): LegalName => ({
  value,
  by,
  legal_form: legalFormIn(value) ?? formBeside(value, line),
  evidence: line.slice(0, 160),
});

/** `Marlow Studio, SAS au capital de …`: the form follows the name. */
const formBeside = (name: string, line: string): string | null => {
  const rest = line.slice(line.indexOf(name) + name.length, line.indexOf(name) + name.length + 60);
  return /^\W*[\p{L}. ]{2,45}\b(?:au capital|unipersonnelle|with|immatricul)/u.test(rest)
    ? legalFormIn(rest)
    : null;
};

/** A line that is a company's name and nothing else: short, with its legal form. */
const isNameAlone = (line: string) =>
  hasLegalForm(line) &&
  isName(line) &&
  line.length <= 80 &&
  line.split(' ').length <= 8 &&
  !/[:?!]|\.$/.test(line.replace(/\b(?:\p{L}\.)+$/u, '').replace(/(?:Co|Inc|Ltd|Corp)\.$/, ''));

/** The names of whoever runs the site, by a legal notice, the surest first; each once. */
export const readLegalNames = (lines: readonly string[]): LegalName[] => {
  const found: LegalName[] = [];
  for (const [index, line] of lines.entries()) {
    const folded = fold(line);
    const label = LABEL.exec(folded);
    const value = label ? nameAt(line.slice(label.index + label[0].length)) : null;
    if (value) found.push(named(value, 'labelled', line));
    const above = fold(lines[index - 1] ?? '');
    const introduced =
      LABEL_ALONE.test(above) ||
      (hasLegalForm(line) && (HEADING.test(above) || SAYS_WHAT_IT_IS.test(folded)));
    if (introduced && !label) {
      const below = nameAt(line);
      if (below) found.push(named(below, 'labelled', line));
    } else if (!label && isNameAlone(line)) found.push(named(cleanText(line), 'placed', line));
  }
  const surest = [
    ...found.filter(({ by }) => by === 'labelled'),
    ...found.filter(({ by }) => by === 'placed'),
  ];
  return [...new Map(surest.toReversed().map((name) => [fold(name.value), name])).values()].toReversed();
};
