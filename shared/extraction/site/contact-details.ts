import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js';
import { countryNamed } from '../invoice/text/countries.ts';
import { fold } from '../invoice/text/fold.ts';
import { cleanText } from './clean-text.ts';
import type { StatedAddress } from './json-ld.ts';
import type { SitePage } from './page.ts';

const EMAIL = /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24}/gu;

/** Addresses written so that robots overlook them, as legal notices often do. */
const plainly = (line: string) =>
  line
    .replace(/\s*[[({<]\s*(?:at|ät|arobase|chiocciola|arroba)\s*[\])}>]\s*/gi, '@')
    .replace(/\s*[[({<]\s*(?:dot|punkt|point|punto)\s*[\])}>]\s*/gi, '.');

/** E-mail addresses that a text or a page states, lower-case, each once. */
export const findEmails = (lines: readonly string[], page?: SitePage): string[] => {
  const links = (page?.$('a[href^="mailto:" i]').toArray() ?? []).map((anchor) => {
    const [address = ''] = (anchor.attribs.href ?? '').slice('mailto:'.length).split('?');
    return address.includes('%') ? address.replaceAll(/%40/gi, '@') : address;
  });
  const found = [...links, ...lines].flatMap((line) =>
    [...plainly(line).matchAll(EMAIL)].map(([email]) => email),
  );
  return [...new Set(found.map((email) => email.toLowerCase()))];
};

const BEFORE_PHONE =
  /(?:tel\w*|telefon\w*|fon|phone|mobil\w*|call|appelez\S*|☎|📞|\bt)\s*(?:nr\.?)?\s*[.:]?\s*\(?$/;
const BEFORE_FAX = /(?:fax|telecopie|\bf)\b\W{0,6}(?:nr\.?)?\W{0,3}$/;

/**
 * Telephone numbers in E.164, each once; those without a country code count where a label stands before them and
 * `country` (ISO 3166-1 alpha-2) is known. Fax numbers are left out.
 */
export const findPhones = (lines: readonly string[], country: string | null): string[] => {
  const home = country && isSupportedCountry(country) ? (country as CountryCode) : null; // checked just before
  const found = lines.flatMap((line, index) =>
    findPhoneNumbersInText(line, home ? { defaultCountry: home } : {}).flatMap(({ number, startsAt }) => {
      const lead = `${fold(lines[index - 1] ?? '').slice(-20)} ${fold(line.slice(0, startsAt))}`.slice(-24);
      if (BEFORE_FAX.test(lead) || !number.isValid()) return [];
      const international = /^\W*\+?$/.test(line.slice(startsAt, startsAt + 1)) || line[startsAt] === '+';
      return international || BEFORE_PHONE.test(lead) ? [number.number as string] : [];
    }),
  );
  return [...new Set(found)];
};

/** A telephone number that stands in a field of its own; null when it is none. */
export const phoneOf = (text: string, country: string | null): string | null =>
  findPhones([`tel: ${text}`], country)[0] ?? null;

const TOWN =
  /(?<![\p{L}\p{N}-])(?:(?<land>[A-Z]{1,2})[ -]{1,2})?(?<code>\d{5}|\d{4} ?[A-Z]{2}(?![\p{L}])|\d{4})\s+(?<city>\p{Lu}[\p{L}.'’/-]*(?: (?:\p{Lu}|a[nm] |sur |la |le |di |de |del |der ?|upon )[\p{L}.'’/-]*){0,4})/u;
const BRITISH =
  /(?<city>\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?),?\s+(?<code>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b/u;
const NO_TOWN = /^(?:euros?|eur|chf|kapital|capital|janvier|january|januar|uhr)\b/i;
const STREET = /\p{L}{3}.*\d|\d.*\p{L}{3}/u;

/** Town, postal code and street of the first address of a notice; the country only as it stands there. */
export const findAddress = (lines: readonly string[]): StatedAddress | null => {
  for (const [index, line] of lines.entries()) {
    const match = TOWN.exec(line) ?? BRITISH.exec(line);
    const { code, city, land } = match?.groups ?? {};
    if (
      !match ||
      !code ||
      !city ||
      NO_TOWN.test(city) ||
      /capital|stammkapital/i.test(line.slice(0, match.index).slice(-40))
    )
      continue;
    const street = streetIn(line.slice(0, match.index)) ?? streetIn(lines[index - 1] ?? '');
    if (!street) continue;
    const rest =
      line
        .slice(match.index + match[0].length)
        .replace(/^[\s,.–-]+/, '')
        .split(/[,.;]/)[0] ?? '';
    const country =
      countryNamed(rest) ?? countryNamed(lines[index + 1] ?? '') ?? (land?.length === 2 ? land : null);
    return { street, city: city.replace(/[ .,/-]+$/, ''), postal_code: code, region: null, country };
  }
  return null;
};

const LEAD =
  /^.*(?<!\p{L})(?:si[eè]ge(?: social)?|sede(?: legale)?|situ[ée]e?|sis|registered office|address|adresse|anschrift)(?!\p{L})(?: (?:au|est|à|at|is))*\s*:?\s*/iu;

/** The street at the end of what stands before a town. */
const streetIn = (text: string): string | null => {
  const parts = text
    .replace(LEAD, '')
    .replace(/^[\p{L} ]{3,30}:\s*/u, '')
    .split(/\s*[;|•·]\s*|\s[–-]\s/);
  const last = cleanText(parts.at(-1) ?? '').replace(/[\s,]+$/, '');
  // `5, rue X` has its comma inside.
  const pieces = last.split(/,\s*/);
  const street = pieces.findLast((piece) => STREET.test(piece)) ?? pieces.slice(-2).join(', ');
  return STREET.test(street) && street.length <= 80 && !/@|www\.|\b(?:tel|fax|rcs|siren|hrb)\b/i.test(street)
    ? street
    : null;
};
