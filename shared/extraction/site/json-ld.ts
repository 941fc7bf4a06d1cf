import { canonicalDomain } from '../../domain/canonical.ts';
import { plainValue, type SitePage } from './page.ts';

/** A postal address as a page states it; the country as it is written there. */
export interface StatedAddress {
  street: string | null;
  city: string | null;
  postal_code: string | null;
  region: string | null;
  country: string | null;
}

/** What a page says of its publisher in machine-readable form. */
export interface StatedOrganization {
  name: string | null;
  legal_name: string | null;
  description: string | null;
  vat_id: string | null;
  tax_id: string | null;
  url: string | null;
  emails: string[];
  phones: string[];
  same_as: string[];
  address: StatedAddress | null;
}

type Entry = Record<string, unknown>;

const ORGANIZATION =
  /(?:Organization|Corporation|LocalBusiness|OnlineBusiness|OnlineStore|Store|Shop|Agency|NGO|Company|Service|Restaurant|Hotel|Dentist|Attorney|Library|Airline|Consortium|Cooperative|Project)$/;
/** How deep JSON-LD is followed. */
const DEPTH_MAX = 6;
/** Values of one page that are looked at in search of entries. */
const VALUES_MAX = 5_000;
/** Values of one key that are read. */
const LIST_MAX = 50;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, LIST_MAX) : value === undefined || value === null ? [] : [value];
const textOf = (value: unknown): string | null => {
  const [first] = listOf(value);
  const text = isEntry(first) ? first['@value'] : first;
  return typeof text === 'string' || typeof text === 'number' ? plainValue(String(text)) || null : null;
};
const textsOf = (value: unknown): string[] =>
  listOf(value)
    .map(textOf)
    .filter((text) => text !== null);
const typesOf = (entry: Entry): string[] =>
  textsOf(entry['@type']).map((type) => type.replace(/^.*[/#:]/, ''));

/** The documents of the page; what is no JSON is as if it were not there, which browsers and search engines do too. */
const documentsOf = ({ $ }: SitePage): unknown[] =>
  $('script[type="application/ld+json" i]')
    .toArray()
    .flatMap((element) => {
      try {
        return [
          JSON.parse(
            $(element)
              .text()
              .replace(/^\s*<!--|-->\s*$/g, ''),
          ) as unknown,
        ];
      } catch {
        return [];
      }
    });

/** Entries that speak of the page itself: at the top, in its graph, or named as publisher of what is there. */
const entriesOf = (page: SitePage): Entry[] => {
  const found: Entry[] = [];
  const open = documentsOf(page)
    .slice(0, VALUES_MAX)
    .map((value) => ({ value, depth: 0 }));
  const add = (value: unknown, depth: number) => {
    if (open.length < VALUES_MAX && depth <= DEPTH_MAX) open.push({ value, depth });
  };
  // It grows while it is walked.
  for (const { value, depth } of open) {
    if (Array.isArray(value)) for (const inner of value.slice(0, VALUES_MAX)) add(inner, depth + 1);
    if (!isEntry(value)) continue;
    found.push(value);
    for (const key of ['@graph', 'publisher', 'mainEntity', 'provider', 'isPartOf', 'sourceOrganization'])
      if (value[key] !== undefined) add(value[key], depth + 1);
  }
  return found;
};

const addressOf = (value: unknown): StatedAddress | null => {
  const [first] = listOf(value);
  if (!isEntry(first)) return null;
  const country = isEntry(first.addressCountry) ? first.addressCountry.name : first.addressCountry;
  const address = {
    street: textOf(first.streetAddress),
    city: textOf(first.addressLocality),
    postal_code: textOf(first.postalCode),
    region: textOf(first.addressRegion),
    country: textOf(country),
  };
  return address.city || address.street ? address : null;
};

const contactsOf = (entry: Entry, key: 'email' | 'telephone'): string[] => [
  ...textsOf(entry[key]),
  ...listOf(entry.contactPoint).flatMap((point) => (isEntry(point) ? textsOf(point[key]) : [])),
];

const organizationOf = (entry: Entry): StatedOrganization => ({
  name: textOf(entry.name),
  legal_name: textOf(entry.legalName),
  description: textOf(entry.description),
  vat_id: textOf(entry.vatID),
  tax_id: textOf(entry.taxID),
  url: textOf(entry.url) ?? (isEntry(entry.url) ? textOf(entry.url['@id']) : null),
  emails: contactsOf(entry, 'email').map((email) => email.replace(/^mailto:/i, '')),
  phones: contactsOf(entry, 'telephone').map((phone) => phone.replace(/^tel:/i, '')),
  same_as: textsOf(entry.sameAs),
  address: addressOf(entry.address),
});

const says = (organization: StatedOrganization) => Object.values(organization).flat().filter(Boolean).length;

/**
 * The organization that publishes the page by its JSON-LD; one whose address is on another domain is somebody else.
 * Of several the one that says most. Null when there is none.
 */
export const readOrganization = (page: SitePage): StatedOrganization | null => {
  const domain = canonicalDomain(page.url);
  const organizations = entriesOf(page)
    .filter((entry) => typesOf(entry).some((type) => ORGANIZATION.test(type)))
    .map(organizationOf)
    .filter(({ url }) => {
      const own = url && URL.canParse(url) ? canonicalDomain(url) : null;
      return own === null || own === domain;
    });
  return organizations.sort((left, right) => says(right) - says(left))[0] ?? null;
};

/** What the page's JSON-LD calls the web site itself; null when it does not. */
export const statedSiteName = (page: SitePage): string | null =>
  entriesOf(page)
    .filter((entry) => typesOf(entry).includes('WebSite'))
    .map((entry) => textOf(entry.name))
    .find((name) => name !== null) ?? null;
