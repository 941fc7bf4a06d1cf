import { getDomainWithoutSuffix } from 'tldts';
import { foldText, isLegalForm } from '../../domain/names.ts';
import { cleanText } from './clean-text.ts';
import { statedSiteName } from './json-ld.ts';
import { metaContent, type SitePage } from './page.ts';

/** What a page calls its site, and by which of its parts. */
export interface SiteName {
  value: string;
  /** `declared` by a tag made for it, or the part of the `title` that is no slogan. */
  by: 'declared' | 'title';
  evidence: string;
}

/** Longest text that may be a name. */
const NAME_MAX = 80;

const squeezed = (text: string) =>
  foldText(text)
    .split(' ')
    .filter((word) => !isLegalForm(word))
    .join('');

/**
 * How well a name fits the host it stands on, 0–1: the same letters 1, initials .9, one beginning with the other .5–.9,
 * a word of it .6, else 0.
 */
export const fitsDomain = (name: string, url: string): number => {
  const label = squeezed(getDomainWithoutSuffix(url, { allowPrivateDomains: true }) ?? '').replace(
    /^www/,
    '',
  );
  const letters = squeezed(name);
  if (label.length < 2 || letters.length < 2) return 0;
  if (letters === label) return 1;
  const words = foldText(name).split(' ');
  const initials = words.map((word) => word[0] ?? '').join('');
  const telling = words.filter(
    (word) => !['the', 'and', 'of', 'le', 'la', 'les', 'de', 'der', 'die', 'das'].includes(word),
  );
  if (words.length > 1 && (initials === label || telling.map((word) => word[0] ?? '').join('') === label))
    return 0.9;
  const [short, long] = letters.length < label.length ? [letters, label] : [label, letters];
  if (short.length >= 3 && (long.startsWith(short) || long.endsWith(short)))
    return 0.5 + (0.4 * short.length) / long.length;
  return label.length >= 3 && words.length <= 4 && words.includes(label) ? 0.6 : 0;
};

const SEPARATOR = /\s+[|–—•·»«:~›/-]+\s+|\s*[|•»«›]\s*|:\s+/;

/** The part of the title that names the site: the one that fits the host, else its last part on an inner page. */
const nameInTitle = (page: SitePage): string | null => {
  const title = cleanText(page.$('head > title').first().text() || page.$('title').first().text());
  const parts = title
    .split(SEPARATOR)
    .map(cleanText)
    .filter((part) => part !== '');
  const [best] = parts
    .map((part) => ({ part, fit: fitsDomain(part, page.url) }))
    .sort((left, right) => right.fit - left.fit);
  if (best && best.fit >= 0.5) return best.part;
  if (parts.length < 2) return isHome(page.url) && wordsOf(title) <= 4 ? title || null : null;
  const named = isHome(page.url) ? parts[0] : parts.at(-1);
  return named && wordsOf(named) <= 5 ? named : null;
};

const wordsOf = (text: string) => text.split(' ').length;
const isHome = (url: string) => URL.parse(url)?.pathname === '/';

const mayBeName = (name: string | null): name is string =>
  name !== null &&
  name.length <= NAME_MAX &&
  /\p{L}/u.test(name) &&
  !/^(?:home(?:page)?|index|untitled|accueil|startseite|inicio|website|welcome|bienvenue|willkommen)$/.test(
    foldText(name),
  );

/** What the page calls its site, the best evidence first; empty when nothing names it. */
export const readSiteNames = (page: SitePage): SiteName[] => {
  const declared: [string, string | null][] = [
    ['og:site_name', metaContent(page, ['og:site_name'])],
    ['application-name', metaContent(page, ['application-name'])],
    ['JSON-LD WebSite', statedSiteName(page)],
    ['apple-mobile-web-app-title', metaContent(page, ['apple-mobile-web-app-title'])],
  ];
  const title = nameInTitle(page);
  return [
    ...declared.flatMap(([evidence, value]) =>
      mayBeName(value) ? [{ value, by: 'declared' as const, evidence }] : [],
    ),
    ...(mayBeName(title) ? [{ value: title, by: 'title' as const, evidence: 'title' }] : []),
  ];
};
