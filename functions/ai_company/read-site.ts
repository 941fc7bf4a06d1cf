import { canonicalDomain } from '../../shared/domain/canonical.ts';
import { findCompanyLinks } from '../../shared/extraction/site/find-links.ts';
import { isParked } from '../../shared/extraction/site/is-parked.ts';
import { readPage } from '../../shared/extraction/site/page.ts';
import { type Web, type WebAnswer, WebError } from '../../shared/web/web.ts';
import { type SiteFacts, siteEvidence, type VisitedPage } from './site-evidence.ts';

/** Pages that are asked of one site, the home page included. */
const PAGES_MAX = 4;
/** Largest page that is read, in bytes. */
const PAGE_MAX_BYTES = 2 * 1024 * 1024;

/** What came of a visit; all but `read` say why there is nothing to read. */
export type SiteReading =
  | { status: 'read'; domain: string; facts: SiteFacts }
  | { status: 'parked' | 'unreachable' | 'off' | 'refused' | 'elsewhere' | 'no_page' };

/**
 * Visits the site of a domain: its home page and the pages there that say who runs it. Only addresses on the same
 * registrable domain are asked, and at most four. Rejects only when the signal is aborted.
 */
export async function readSite(web: Web, domain: string, signal: AbortSignal): Promise<SiteReading> {
  const get = (url: string) =>
    web
      .get({ url, signal, accept: 'text/html, application/xhtml+xml', maxBytes: PAGE_MAX_BYTES })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof WebError) return error;
        throw error;
      });

  let asked = 1;
  let answer = await get(`https://${domain}/`);
  if (answer instanceof WebError && answer.problem === 'unreachable') {
    asked += 1;
    answer = await get(`https://www.${domain}/`);
  }
  if (answer instanceof WebError)
    return { status: answer.problem === 'too_large' ? 'no_page' : answer.problem };
  if (answer.status >= 500 || answer.status === 429) return { status: 'unreachable' };
  if (!isPage(answer)) return { status: 'no_page' };
  if (!isSameSite(answer.url, domain)) return { status: 'elsewhere' };

  const home = readPage(answer.url, answer.body);
  if (isParked(home)) return { status: 'parked' };
  const landed = canonicalDomain(answer.url) ?? domain;
  const visited: VisitedPage[] = [{ page: home, kind: 'home' }];
  for (const { url, kind } of findCompanyLinks(home, PAGES_MAX - asked)) {
    const found = await get(url);
    if (found instanceof WebError || !isPage(found) || canonicalDomain(found.url) !== landed) continue;
    visited.push({ page: readPage(found.url, found.body), kind });
  }
  return { status: 'read', domain: landed, facts: siteEvidence(visited) };
}

const isPage = ({ status, contentType }: WebAnswer) =>
  status >= 200 && status < 300 && (contentType === null || /html/.test(contentType));

/** The domain itself, or the same name under another ending: a redirect to any other name is another company's site. */
const isSameSite = (url: string, domain: string): boolean => {
  const landed = canonicalDomain(url);
  return landed !== null && (landed === domain || landed.split('.')[0] === domain.split('.')[0]);
};
