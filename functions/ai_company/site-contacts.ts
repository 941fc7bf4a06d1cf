import type { ContactAtom, WebPlatform } from '../../shared/db/contact-atoms.ts';
import { canonicalDomain } from '../../shared/domain/canonical.ts';
import { foldText } from '../../shared/domain/names.ts';
import {
  findAddress,
  findEmails,
  findPhones,
  phoneOf,
} from '../../shared/extraction/site/contact-details.ts';
import { countryCodeOf } from '../../shared/extraction/site/country-of.ts';
import type { StatedAddress, StatedOrganization } from '../../shared/extraction/site/json-ld.ts';
import type { SitePage } from '../../shared/extraction/site/page.ts';
import { trust } from './evidence.ts';
import { clip } from './texts.ts';

/** A way to reach the company, as its site or a register states it. */
export interface StatedContact {
  atom: ContactAtom;
  confidence: number;
  source: 'jsonld' | 'html' | 'registry';
}

/** Contacts of one kind that are kept of a site. */
const MOST = { email: 3, phone: 3, web_link: 4, location: 1 } as const;

/** Mailboxes that a company is written to. Those of people and of machines are not taken from its site. */
const MAILBOXES = new Set(
  (
    'info infos information contact contacts contactus kontakt contacto contatto hello hallo hola bonjour ciao mail email ' +
    'office support help service sales vertrieb ventes ventas vendite verkoop commercial orders bestellung commandes ' +
    'admin administration accueil reception secretariat sekretariat zentrale team welcome enquiries inquiries general ' +
    'accounting billing comptabilite compta facturation buchhaltung rechnung invoices finance amministrazione ' +
    'kundenservice customerservice klantenservice sav shop studio agence bureau'
  ).split(' '),
);

/** Whether an address is one that a company is written to, and no person's. */
export const isCompanyMailbox = (email: string): boolean =>
  MAILBOXES.has(foldText(email.replace(/@.*$/, '')).replaceAll(/[\s\d]/g, ''));

const PLATFORMS: readonly [WebPlatform, RegExp][] = [
  ['linkedin', /^(?:[a-z]{2}\.|www\.)?linkedin\.com\/(?:company|school|showcase)\/[^/]+/],
  [
    'x',
    /^(?:www\.|mobile\.)?(?:x|twitter)\.com\/(?!share|intent|home|search|hashtag|i\/)[A-Za-z0-9_]{1,15}\/?$/,
  ],
  ['github', /^(?:www\.)?github\.com\/[A-Za-z0-9-]{1,39}\/?$/],
];

/** A profile of the company on one of the platforms that records know; null for any other address. */
const profileOf = (address: string): ContactAtom | null => {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.port || url.href.length > 300)
    return null;
  const place = `${url.host}${url.pathname}`;
  const platform = PLATFORMS.find(([, pattern]) => pattern.test(place))?.[0];
  return platform
    ? { kind: 'web_link', value: `https://${place.replace(/\/$/, '')}`, label: platform }
    : null;
};

const placeOf = (address: StatedAddress, country: string | null): ContactAtom => ({
  kind: 'location',
  street: address.street && clip(address.street, 200),
  city: address.city && clip(address.city, 100),
  postal_code: address.postal_code && clip(address.postal_code, 20),
  region: address.region && clip(address.region, 100),
  country: (address.country && countryCodeOf(address.country)) ?? country,
});

interface Stated {
  organization: StatedOrganization | null;
  /** The home page, for its links, and those that tell who runs the site. */
  pages: { page: SitePage; isHome: boolean; lines: string[] }[];
  domain: string;
  country: string | null;
}

const from = (source: StatedContact['source'], atom: ContactAtom | null): StatedContact[] =>
  atom ? [{ atom, source, confidence: source === 'jsonld' ? trust.jsonld : trust.legal }] : [];
const emailOf = (value: string): ContactAtom => ({ kind: 'email', value, label: 'work' });
const numberOf = (value: string | null): ContactAtom | null =>
  value === null ? null : { kind: 'phone', value, label: 'work' };

/** Ways to reach the company: what it states for machines first, then its legal notice and contact page. */
export const siteContacts = ({ organization, pages, domain, country }: Stated): StatedContact[] => {
  const said = organization ?? { emails: [], phones: [], same_as: [], address: null };
  const own = (email: string) => isCompanyMailbox(email) && canonicalDomain(email) === domain;
  const told = pages.filter(({ isHome }) => !isHome);
  const links = pages
    .filter(({ isHome }) => isHome)
    .flatMap(({ page }) => page.$('a[href]').toArray())
    .map((anchor) => profileOf(anchor.attribs.href ?? ''));
  return atMost([
    ...said.emails.filter(isCompanyMailbox).flatMap((email) => from('jsonld', emailOf(email.toLowerCase()))),
    ...said.phones.flatMap((text) => from('jsonld', numberOf(phoneOf(text, country)))),
    ...said.same_as.flatMap((address) => from('jsonld', profileOf(address))),
    ...from('jsonld', said.address && placeOf(said.address, country)),
    ...from('html', { kind: 'web_link', value: `https://${domain}/`, label: 'website' }),
    ...told.flatMap(({ page, lines }) => [
      ...findEmails(lines, page)
        .filter(own)
        .flatMap((email) => from('html', emailOf(email))),
      ...findPhones(lines, country).flatMap((number) => from('html', numberOf(number))),
    ]),
    ...told.flatMap(({ lines }) => {
      const address = findAddress(lines);
      return from('html', address && placeOf(address, country));
    }),
    ...links.flatMap((link) => from('html', link)),
  ]);
};

const keyOf = (atom: ContactAtom) =>
  atom.kind === 'location' ? 'location' : `${atom.kind} ${atom.value.toLowerCase()}`;
const platformOf = (atom: ContactAtom) => (atom.kind === 'web_link' ? atom.label : undefined);

/** Each once, the first ones of each kind, and one profile of each platform. */
const atMost = (contacts: readonly StatedContact[]): StatedContact[] => {
  const kept: StatedContact[] = [];
  for (const contact of contacts) {
    const { atom } = contact;
    const alike = kept.filter((other) => other.atom.kind === atom.kind);
    const platform = platformOf(atom);
    if (alike.length >= MOST[atom.kind] || alike.some((other) => keyOf(other.atom) === keyOf(atom))) continue;
    if (platform && alike.some((other) => platformOf(other.atom) === platform)) continue;
    kept.push(contact);
  }
  return kept;
};
