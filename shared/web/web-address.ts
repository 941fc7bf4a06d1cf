import { isIP } from 'node:net';
import { isPublicAddress, isPublicName } from './public-addresses.ts';
import { WebError } from './web.ts';

/** Ports of the web, as `URL` writes them: empty for the default of the scheme. */
const WEB_PORTS = ['', '80', '443'];

/** The host of an address as resolvers take it: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/**
 * Reads an address of the web. Throws WebError `refused` for one that is none: another scheme or port, with a name or
 * password in it, or of a host that is private by name or number in whatever notation. Asks no resolver. `isKnown` lets
 * a host through that somebody vouches for.
 */
export const readWebAddress = (
  text: string,
  { base, isKnown = () => false }: { base?: URL; isKnown?: (host: string) => boolean } = {},
): URL => {
  const url = URL.parse(text, base?.href);
  if (!url) throw new WebError('refused', 'this is no address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new WebError('refused', `${url.protocol} is not fetched, only http and https`);
  const host = hostOf(url);
  if (url.username !== '' || url.password !== '')
    throw new WebError('refused', `${host}: an address with a name or password in it is not fetched`);
  if (!WEB_PORTS.includes(url.port))
    throw new WebError('refused', `${host}: port ${url.port} is not a port of the web`);
  if (isKnown(host)) return url;
  if (!(isIP(host) ? isPublicAddress(host) : isPublicName(host)))
    throw new WebError('refused', `${host} is a private or reserved host`);
  return url;
};
