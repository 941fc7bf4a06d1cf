import ipaddr from 'ipaddr.js';

// The only block of IPv6 that is handed out. What lies outside of it embeds IPv4 addresses (`::/96`, mapped, NAT64)
// or is somebody's own; libraries do not agree on `::a9fe:a9fe`, which some systems route to 169.254.169.254.
const HANDED_OUT = ipaddr.parseCIDR('2000::/3');

/** True for an IP address of the public internet; false for every other one and for what is no address. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(HANDED_OUT);
};

// Names that lead into the network of whoever asks, whatever a resolver makes of them.
const PRIVATE_SUFFIXES = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
  'onion',
  'metadata.goog',
];

/** True for a host name that can be a public one: it has a dot and no suffix that only private networks use. */
export const isPublicName = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/\.$/, '');
  return (
    plain.includes('.') &&
    !PRIVATE_SUFFIXES.some((suffix) => plain === suffix || plain.endsWith(`.${suffix}`))
  );
};
