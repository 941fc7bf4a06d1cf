import type { CheerioAPI } from 'cheerio/slim';
import { canonicalDomain } from '../../shared/domain/canonical.ts';
import { parsePage } from '../../shared/extraction/site/page.ts';
import { type Candidate, declaredSize, type Evidence } from './candidate.ts';
import { readJsonLdLogos } from './read-json-ld.ts';

/** What a page names: pictures that may be its logo, in the order of the page, and its manifest. */
export interface PageCandidates {
  candidates: Candidate[];
  manifestUrl: string | null;
}

/** Addresses that are taken from one page. */
const CANDIDATES_MAX = 200;
/** Logos in microdata that are looked at: each searches its surroundings. */
const MICRODATA_MAX = 20;

/** Reads a page that was found at `pageUrl`; what is no page names nothing. */
export const readCandidates = (html: Uint8Array, pageUrl: string): PageCandidates => {
  const $ = parsePage(html);
  const base = baseOf($('base[href]').first().attr('href'), pageUrl);
  const candidates: Candidate[] = [];
  const add = (href: string | undefined, from: Evidence, sizes: string | null, anonymous = false): void => {
    const url = addressOf(href, base);
    if (url !== null && !isOnePixel(sizes)) {
      candidates.push({ url, from, sizes, ...(anonymous ? { anonymous } : {}) });
    }
  };

  const scripts = $('script[type]')
    .toArray()
    .filter((script) => /^\s*application\/ld\+json\b/i.test($(script).attr('type') ?? ''))
    .map((script) => $(script).text());
  for (const { url, type, sizes, anonymous } of readJsonLdLogos(scripts, pageUrl))
    add(url, `jsonld:${type}`, sizes, anonymous);

  let manifestUrl: string | null = null;
  let microdata = 0;
  for (const element of $('meta, link, [itemprop]').toArray()) {
    const $element = $(element);
    const attribute = (name: string): string | undefined => $element.attr(name);
    if (wordsOf(attribute('itemprop')).includes('logo') && microdata < MICRODATA_MAX) {
      microdata += 1;
      // A logo that is an item of its own holds its address in a property.
      const inner = $element.find('[itemprop="url"], [itemprop="contentUrl"]').first();
      const hrefs = ['content', 'href', 'src'].map((name) => attribute(name) ?? inner.attr(name));
      add(
        hrefs.find((href) => href !== undefined),
        'itemprop:logo',
        pixelsOf(attribute('width'), attribute('height')),
        isOfAnonymous($element.parent().closest('[itemscope]')),
      );
    } else if (element.name === 'link') {
      const rel = wordsOf(attribute('rel'));
      if (rel.includes('manifest')) manifestUrl ??= addressOf(attribute('href'), base);
      const from = linkEvidence(rel, attribute('mask') !== undefined);
      if (from) add(attribute('href'), from, attribute('sizes')?.trim() || null);
    } else if (element.name === 'meta') {
      const from = metaEvidence[(attribute('property') ?? attribute('name') ?? '').trim().toLowerCase()];
      if (from) add(attribute('content'), from, null);
    }
  }
  return { candidates: withoutRepeats(candidates).slice(0, CANDIDATES_MAX), manifestUrl };
};

/** Whether the item around a logo is somebody that an article names, such as its publisher, without an address. */
const isOfAnonymous = (item: ReturnType<CheerioAPI>): boolean =>
  item.attr('itemprop') !== undefined &&
  item.find('[itemprop="url"]').not('[itemprop="logo"] *').length === 0;

const wordsOf = (attribute: string | undefined): string[] =>
  (attribute ?? '').toLowerCase().split(/\s+/).filter(Boolean);

const linkEvidence = (rel: readonly string[], isMask: boolean): Evidence | null => {
  if (rel.some((word) => word.startsWith('apple-touch-icon'))) return 'apple-touch-icon';
  if (rel.includes('mask-icon')) return 'mask-icon';
  if (!rel.includes('icon')) return null;
  return isMask ? 'mask-icon' : 'icon';
};

const metaEvidence: Record<string, Evidence> = {
  'og:logo': 'og:logo',
  'msapplication-tileimage': 'msapplication-tileimage',
  'og:image': 'og:image',
  'og:image:url': 'og:image',
  'og:image:secure_url': 'og:image',
  'twitter:image': 'twitter:image',
  'twitter:image:src': 'twitter:image',
};

const pixelsOf = (width: string | undefined, height: string | undefined): string | null =>
  [width, height].every((side) => /^\d{1,5}$/.test(side ?? '')) ? `${width}x${height}` : null;

/** A tracking pixel or a placeholder. */
const isOnePixel = (sizes: string | null): boolean => {
  const size = declaredSize(sizes);
  return size !== null && (size.width <= 1 || size.height <= 1);
};

/**
 * The address that relative ones start from. Some pages leave the scheme out of their base, so that a browser takes
 * its host for a folder: where that folder is called like the site, the host is what they meant.
 */
const baseOf = (href: string | undefined, pageUrl: string): string => {
  const written = href?.trim() ?? '';
  const folder = /^[\w.-]+\.[a-z]{2,}(?=\/|$)/i.exec(written)?.[0];
  const isHost = folder !== undefined && canonicalDomain(folder) === canonicalDomain(pageUrl);
  return URL.parse(isHost ? `//${written}` : written, pageUrl)?.href ?? pageUrl;
};

/** Null for what is not on the web, such as `data:`. */
const addressOf = (href: string | undefined, base: string): string | null => {
  const written = href?.trim();
  if (!written) return null;
  const url = URL.parse(written, base);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
};

/** One candidate per address: the first that names it, which for a logo is the one that calls it a logo. */
const withoutRepeats = (candidates: readonly Candidate[]): Candidate[] => {
  const byUrl = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = byUrl.get(candidate.url);
    if (!known) byUrl.set(candidate.url, candidate);
    else if (areaOf(candidate) > areaOf(known)) known.sizes = candidate.sizes;
  }
  return [...byUrl.values()];
};

const areaOf = ({ sizes }: Candidate): number => {
  const { width, height } = declaredSize(sizes) ?? { width: 0, height: 0 };
  return width * height;
};
