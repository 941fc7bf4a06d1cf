import { canonicalDomain } from '../../domain/canonical.ts';
import { foldText } from '../../domain/names.ts';
import type { SitePage } from './page.ts';

/** A page of the same site that is likely to say who runs it. */
export interface SiteLink {
  url: string;
  kind: 'legal' | 'about' | 'contact';
}

/** What such links are called, in their text or in their path; the surer ones first. */
const KINDS: readonly [SiteLink['kind'], RegExp][] = [
  [
    'legal',
    /\b(?:impressum|imprint|mentions? legales?|informations? legales?|legal (?:notice|mentions?|information|info|disclosure)|company (?:details|information)|note legali|informazioni legali|dati societari|aviso legal|informacion legal|colofon|wettelijke vermeldingen|juridische informatie|disclaimer impressum|anbieterkennzeichnung)\b/,
  ],
  [
    'legal',
    /^(?:legal|mentions|rechtliches|juridisch|legale|terms (?:of|and) [a-z ]+|cgv|agb)$|\bmentions legales\b/,
  ],
  [
    'about',
    /^(?:about(?: us)?|a propos(?: de nous)?|qui sommes nous|l entreprise|notre societe|uber uns|ueber uns|unternehmen|wir uber uns|chi siamo|azienda|quienes somos|sobre nosotros|over ons|company)$/,
  ],
  [
    'contact',
    /^(?:contacts?(?: us)?|nous contacter|contactez nous|kontakt|contatti|contacto|neem contact op)$/,
  ],
];

const kindOf = (text: string): number => KINDS.findIndex(([, pattern]) => pattern.test(text));

const lastOfPath = ({ pathname }: URL): string => {
  const parts = pathname.split('/').filter(Boolean);
  try {
    return foldText(decodeURIComponent(parts.at(-1) ?? '').replace(/\.\w{2,5}$/, ''));
  } catch {
    return ''; // a path that is no text names nothing
  }
};

/** Links of a page to its legal notice, about and contact pages on the same registrable domain, the surest first. */
export const findCompanyLinks = (page: SitePage, most: number): SiteLink[] => {
  const domain = canonicalDomain(page.url);
  const base = URL.parse(page.$('base[href]').attr('href') ?? '', page.url)?.href ?? page.url;
  const found = new Map<string, { rank: number; link: SiteLink }>();
  for (const anchor of page.$('a[href]').toArray()) {
    const url = URL.parse(anchor.attribs.href ?? '', base);
    if (!url || !/^https?:$/.test(url.protocol) || canonicalDomain(url.href) !== domain) continue;
    url.hash = '';
    if (url.href === page.url || /\.(?:pdf|docx?|zip|png|jpe?g|svg)$/i.test(url.pathname)) continue;
    const named = [foldText(page.$(anchor).text().slice(0, 200)), lastOfPath(url)].map(kindOf);
    const rank = Math.min(...named.map((kind) => (kind < 0 ? KINDS.length : kind)));
    const kind = KINDS[rank]?.[0];
    if (kind && (found.get(url.href)?.rank ?? KINDS.length) > rank)
      found.set(url.href, { rank, link: { url: url.href, kind } });
  }
  return [...found.values()]
    .sort((left, right) => left.rank - right.rank)
    .slice(0, most)
    .map(({ link }) => link);
};
