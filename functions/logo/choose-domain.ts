import { canonicalDomain, companyDomain } from '../../shared/domain/canonical.ts';

/** Where a site may be, and whether the task itself names it. */
export interface SiteHost {
  host: string;
  isAsked: boolean;
}

/** What is known of whose logo is wanted, strongest first. */
export interface Addresses {
  /** Of the record itself: a domain or an address. */
  site: string | null;
  emails: readonly string[];
}

/** The host of a domain or an address as people write it; null for what is no public name. */
export const hostOf = (text: string): string | null => {
  const written = text.trim();
  const url = URL.parse(/^https?:\/\//i.test(written) ? written : `https://${written}`);
  if (url?.port !== '' || url.username !== '' || canonicalDomain(url.hostname) === null) return null;
  return url.hostname.replace(/\.$/, '');
};

/** The site to look at: the one the task names, else the record's own, else that of an e-mail which is no free mail. */
export const chooseHost = (asked: string | undefined, { site, emails }: Addresses): SiteHost | null => {
  if (asked !== undefined) {
    const host = hostOf(asked);
    return host === null ? null : { host, isAsked: true };
  }
  const host =
    (site === null ? null : hostOf(site)) ?? emails.map(companyDomain).find((domain) => domain !== null);
  return host ? { host, isAsked: false } : null;
};
