import { canonicalDomain, canonicalNumber } from '../../shared/domain/canonical.ts';
import { vatIdValidity } from '../../shared/extraction/invoice/text/identifiers.ts';
import { countryCodeOf, countryOfHost } from '../../shared/extraction/site/country-of.ts';
import type { SiteLink } from '../../shared/extraction/site/find-links.ts';
import { readOrganization, type StatedOrganization } from '../../shared/extraction/site/json-ld.ts';
import { legalFormIn } from '../../shared/extraction/site/legal-forms.ts';
import { readLegalNames } from '../../shared/extraction/site/legal-name.ts';
import {
  type LegalNumbers,
  readLegalNumbers,
  vatFitsSiren,
} from '../../shared/extraction/site/legal-numbers.ts';
import { ownPart } from '../../shared/extraction/site/own-part.ts';
import { metaContent, type SitePage } from '../../shared/extraction/site/page.ts';
import { fitsDomain, readSiteNames } from '../../shared/extraction/site/site-name.ts';
import { type Evidence, trust } from './evidence.ts';
import { type StatedContact, siteContacts } from './site-contacts.ts';
import { clip, DESCRIPTION_MAX, localeOf, NAME_MAX, NUMBER_MAX } from './texts.ts';

/** A page of the site, and what its link was called. */
export interface VisitedPage {
  page: SitePage;
  kind: 'home' | SiteLink['kind'];
}

/** A number that was read and left out. */
export interface Dropped {
  field: string;
  value: string;
  evidence: string;
}

/** Everything that a site says of whoever runs it. */
export interface SiteFacts {
  evidence: Evidence[];
  contacts: StatedContact[];
  dropped: Dropped[];
  flags: string[];
  /** What a model may be asked about. */
  text: string;
}

/** Reads the pages of one site, the home page first. */
export const siteEvidence = (visited: readonly VisitedPage[]): SiteFacts => {
  const pages = visited.map(({ page, kind }) => ({
    page,
    kind,
    isHome: kind === 'home',
    // Anybody may be quoted on a home page; its footer speaks of the company, as a legal notice does.
    lines: ownPart(kind === 'home' ? page.footer : page.lines),
  }));
  const [home] = pages;
  if (!home) return { evidence: [], contacts: [], dropped: [], flags: [], text: '' };
  const domain = canonicalDomain(home.page.url) ?? '';
  const organization =
    pages.map(({ page }) => readOrganization(page)).find((found) => found !== null) ?? null;
  const told = pages.filter(({ isHome }) => !isHome);
  const numbers = pages.map(({ page, lines }) => ({
    url: page.url,
    ...readLegalNumbers(lines),
  }));
  const country = countryFrom(numbers, organization) ?? countryOfHost(domain);

  const numeric = numberEvidence(numbers, organization);
  return {
    evidence: [
      ...numeric.evidence,
      ...(organization ? organizationEvidence(organization, home.page.url) : []),
      ...told.flatMap(({ page, kind, lines }) => (kind === 'legal' ? nameEvidence(lines, page.url) : [])),
      ...homeEvidence(home.page),
    ],
    contacts: siteContacts({ organization, pages, domain, country }),
    dropped: [
      ...numeric.dropped,
      ...numbers.flatMap(({ url, failed }) =>
        failed.map(({ value, what }) => ({ field: what, value, evidence: url })),
      ),
    ],
    flags: numeric.flags,
    text: pages.flatMap(({ page, isHome, lines }) => (isHome ? page.lines : lines)).join('\n'),
  };
};

type PageNumbers = LegalNumbers & { url: string };

const countryFrom = (numbers: readonly PageNumbers[], organization: StatedOrganization | null) => {
  const [registration] = numbers.flatMap(({ registrations }) => registrations);
  const stated = organization?.address?.country;
  return registration?.country ?? (stated ? countryCodeOf(stated) : null);
};

const legal = (url: string) => ({ source: 'html', witness: 'legal', evidence: url }) as const;

/** Tax and register numbers. Those that do not fit each other, or name several companies, need a second witness. */
const numberEvidence = (
  numbers: readonly PageNumbers[],
  organization: StatedOrganization | null,
): { evidence: Evidence[]; dropped: Dropped[]; flags: string[] } => {
  const vatIds = numbers.flatMap(({ url, vat_ids }) => vat_ids.map((id) => ({ ...id, url })));
  const registrations = numbers.flatMap(({ url, registrations: all }) =>
    all.map((each) => ({ ...each, url })),
  );
  const sirens = registrations.filter(({ country }) => country === 'FR').map(({ value }) => value);
  const french = vatIds.map(({ value }) => value).filter((value) => value.startsWith('FR'));
  const unfit =
    sirens.length > 0 && french.some((vatId) => !sirens.some((siren) => vatFitsSiren(vatId, siren)));
  const several = (values: readonly { value: string }[]) =>
    new Set(values.map(({ value }) => value)).size > 1;
  const flags = [
    ...(unfit ? ['vat_and_siren_differ'] : []),
    ...(several(vatIds) ? ['several_vat_ids'] : []),
    ...(several(registrations) ? ['several_registrations'] : []),
  ];
  const evidence = [
    ...vatIds.map(
      ({ value, proved, url }): Evidence => ({
        ...{ field: 'tax_id_value', value, ...legal(url), companions: { tax_id_type: 'vat' } },
        confidence: proved ? trust.checked : trust.legal,
        doubt: unfit || several(vatIds),
      }),
    ),
    // A SIREN is a tax number too, of companies that show no other.
    ...(french.length === 0
      ? registrations.filter(({ country, proved }) => country === 'FR' && proved)
      : []
    ).map(
      ({ value, url }): Evidence => ({
        ...{ field: 'tax_id_value', value, ...legal(url), companions: { tax_id_type: 'siren' } },
        ...{ confidence: trust.checked, doubt: several(registrations) },
      }),
    ),
    ...registrations.map(
      ({ value, registry, country, proved, url }): Evidence => ({
        ...{ field: 'registered_value', value: value.slice(0, NUMBER_MAX), ...legal(url) },
        confidence: proved ? trust.checked : trust.legal,
        doubt: unfit || several(registrations),
        companions: {
          registry_country: country,
          ...(registry ? { registry_name: registry.slice(0, NUMBER_MAX) } : {}),
        },
      }),
    ),
  ];
  const stated = statedNumber(organization);
  return {
    evidence: [...evidence, ...stated.evidence],
    dropped: stated.dropped,
    flags,
  };
};

/** The VAT number of the JSON-LD, unless its checksum fails. */
const statedNumber = (
  organization: StatedOrganization | null,
): { evidence: Evidence[]; dropped: Dropped[] } => {
  const value = canonicalNumber(organization?.vat_id ?? organization?.tax_id ?? '');
  if (!value || !/^[A-Z]{2,3}[0-9A-Z]{6,13}$/.test(value)) return { evidence: [], dropped: [] };
  const validity = vatIdValidity(value);
  if (validity === 'invalid')
    return { evidence: [], dropped: [{ field: 'vat_id', value, evidence: 'JSON-LD' }] };
  return {
    evidence: [
      {
        ...{ field: 'tax_id_value', value, companions: { tax_id_type: 'vat' } },
        ...{ source: 'jsonld', witness: 'jsonld', evidence: 'JSON-LD' },
        confidence: validity === 'valid' ? trust.checked : trust.jsonld,
      },
    ],
    dropped: [],
  };
};

const organizationEvidence = (organization: StatedOrganization, url: string): Evidence[] => {
  const says = (field: Evidence['field'], value: string | null): Evidence[] =>
    value
      ? [
          {
            ...{ field, value, confidence: trust.jsonld, source: 'jsonld', witness: 'jsonld' },
            evidence: `${url} JSON-LD`,
          },
        ]
      : [];
  const name = organization.name && clip(organization.name, NAME_MAX);
  const registered = organization.legal_name ?? (name && legalFormIn(name) ? name : null);
  return [
    ...says('trade_name', name),
    ...says('registered_name', registered && clip(registered, NAME_MAX)),
    ...says('business_type', registered && legalFormIn(registered)),
    ...says('description', organization.description && clip(organization.description, DESCRIPTION_MAX)),
  ];
};

const nameEvidence = (lines: readonly string[], url: string): Evidence[] =>
  readLegalNames(lines).flatMap(({ value, by, legal_form }, index): Evidence[] => {
    const confidence = by === 'labelled' && index === 0 ? trust.legal : trust.placed;
    return [
      { field: 'registered_name', value: clip(value, NAME_MAX), confidence, ...legal(url) },
      ...(legal_form
        ? [{ field: 'business_type', value: legal_form, confidence, ...legal(url) } as const]
        : []),
    ];
  });

const homeEvidence = (page: SitePage): Evidence[] => {
  const site = { source: 'html', witness: 'site' } as const;
  const [best, ...others] = readSiteNames(page);
  const description = metaContent(page, ['description', 'og:description']);
  const locale =
    localeOf(page.$('html').attr('lang') ?? null) ??
    localeOf(metaContent(page, ['og:locale', 'content-language']));
  const names = [best, ...others].flatMap((name) => {
    if (!name) return [];
    const sure = name.by === 'declared' ? trust.site_name : trust.title;
    // The host is a witness of its own for what it spells.
    const bonus = fitsDomain(name.value, page.url) >= 0.6 ? 0.1 : 0;
    return [
      {
        value: clip(name.value, NAME_MAX),
        confidence: sure + bonus,
        evidence: `${page.url} ${name.evidence}`,
      },
    ];
  });
  return [
    ...names.map((name): Evidence => ({ field: 'trade_name', ...name, ...site })),
    ...(description
      ? [
          {
            field: 'description',
            value: clip(description, DESCRIPTION_MAX),
            confidence: trust.site_name,
            ...site,
            evidence: `${page.url} meta`,
          } as const,
        ]
      : []),
    ...(locale
      ? [
          {
            field: 'locale',
            value: locale,
            confidence: trust.site_name,
            ...site,
            evidence: `${page.url} lang`,
          } as const,
        ]
      : []),
  ];
};
