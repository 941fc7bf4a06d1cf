import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DemoParty, suppliers } from './demo/demo-data.ts';

/** Web sites of the demo suppliers, on this machine. */
export interface DemoSites {
  /** The setting that leads their names here: `WEB_TEST_HOSTS`. */
  testHosts: string;
  stop(): Promise<void>;
}

/** Serves what a small company has on the web: a home page, a legal notice and a logo. */
export async function startDemoSites(): Promise<DemoSites> {
  const sites = new Map<string, DemoParty>(Object.values(suppliers).map((party) => [hostOf(party), party]));
  const server = createServer((request, response) => {
    const party = sites.get(request.headers.host?.split(':')[0] ?? '');
    const page = party ? pagesOf(party)[request.url ?? ''] : undefined;
    response.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? 'text/plain' });
    response.end(page?.body ?? 'not here');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    testHosts: [...sites.keys()].map((host) => `${host}=127.0.0.1:${port}`).join(','),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const hostOf = ({ email }: DemoParty) => email.slice(email.indexOf('@') + 1);

const pagesOf = (party: DemoParty): Record<string, { type: string; body: string }> => ({
  '/': { type: 'text/html; charset=utf-8', body: homePage(party) },
  '/legal': { type: 'text/html; charset=utf-8', body: legalNotice(party) },
  '/logo.svg': { type: 'image/svg+xml', body: logo(party) },
});

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function homePage(party: DemoParty): string {
  const organization = {
    '@context': 'https://schema.org',
    '@type': 'Organization',
    name: party.name,
    url: `https://${hostOf(party)}/`,
    logo: '/logo.svg',
    vatID: party.vatId,
    email: party.email,
    address: {
      '@type': 'PostalAddress',
      streetAddress: party.street,
      postalCode: party.postalCode,
      addressLocality: party.city,
      addressCountry: party.country,
    },
  };
  return `<!doctype html>
<html lang="${party.country === 'GB' ? 'en' : party.country.toLowerCase()}">
<head>
<title>${escapeHtml(party.name)}</title>
<meta name="description" content="${escapeHtml(party.trade ?? party.name)}">
<link rel="icon" type="image/svg+xml" href="/logo.svg">
<script type="application/ld+json">${JSON.stringify(organization).replaceAll('<', '\\u003c')}</script>
</head>
<body><h1>${escapeHtml(party.name)}</h1><p>${escapeHtml(party.trade ?? '')}</p><a href="/legal">${legalTitle(party)}</a></body>
</html>`;
}

const legalTitles: Record<string, string> = { DE: 'Impressum', FR: 'Mentions légales' };
const legalTitle = ({ country }: DemoParty) => legalTitles[country] ?? 'Legal notice';

const legalNotice = (party: DemoParty) => `<!doctype html>
<html><head><title>${legalTitle(party)}</title></head>
<body><h1>${legalTitle(party)}</h1>
<p>${escapeHtml(party.name)}<br>${escapeHtml(party.street)}<br>${escapeHtml(party.postalCode)} ${escapeHtml(party.city)}</p>
<p>VAT ID: ${party.vatId}<br>E-mail: ${party.email}</p></body></html>`;

const logo = ({ name }: DemoParty) => `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">
<rect width="256" height="256" rx="48" fill="#20435c"/>
<text x="128" y="176" font-size="144" font-family="sans-serif" fill="#fff" text-anchor="middle">${escapeHtml(name.slice(0, 1))}</text>
</svg>`;
