import type { LookupAddress } from 'node:dns';
import { lookup as resolve } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-addresses.ts';
import { WebError } from './web.ts';

/** What a connector asks; each has its default and is replaced only where there is no network. */
export interface ConnectorSettings {
  lookup?: (host: string) => Promise<LookupAddress[]>;
  isPublic?: (address: string) => boolean;
  /** Where the web is on a machine; the port of the address when left out. */
  port?: number;
}

/** How long a connection may take, and again its TLS, in milliseconds. */
const CONNECT_CLOCK_MS = 5_000;

/**
 * Connects undici to public addresses only, with WebError `refused` for every other. A name is resolved once, all of
 * its addresses are checked, and the peer is checked again before the first byte, of TLS too, is sent to it: what was
 * looked up and what was connected to may differ.
 */
export const guardedConnector = ({
  lookup = (host) => resolve(host, { all: true, verbatim: true }),
  isPublic = isPublicAddress,
  port: onlyPort,
}: ConnectorSettings = {}): buildConnector.connector => {
  const overTls = buildConnector({ allowH2: false, timeout: CONNECT_CLOCK_MS });

  const check = (host: string, address: string): void => {
    if (!isPublic(address)) throw new WebError('refused', `${host} is at a private or reserved address`);
  };

  const dial = async (host: string, port: number): Promise<Socket> => {
    const family = isIP(host);
    const addresses = family ? [{ address: host, family }] : await lookup(host);
    for (const { address } of addresses) check(host, address);
    const [first] = addresses;
    if (!first) throw new WebError('unreachable', `${host} has no address`);

    const socket = connect({
      host,
      port,
      autoSelectFamily: true,
      // The addresses that were checked, not those of a second question.
      lookup: (_host, { all }, done) =>
        all ? done(null, addresses) : done(null, first.address, first.family),
    });
    try {
      await connected(socket, host);
      check(host, socket.remoteAddress ?? '');
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };

  return (options, callback) => {
    const { hostname, protocol } = options;
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const port = onlyPort ?? Number(options.port || (protocol === 'https:' ? 443 : 80));
    dial(host, port).then(
      (socket) => {
        if (protocol === 'https:') overTls({ ...options, httpSocket: socket }, callback);
        else callback(null, socket.setNoDelay(true));
      },
      (error: Error) => callback(error, null),
    );
  };
};

const connected = (socket: Socket, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const clock = setTimeout(
      () => reject(new WebError('unreachable', `${host} takes no connection in time`)),
      CONNECT_CLOCK_MS,
    );
    socket.once('connect', () => {
      clearTimeout(clock);
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(clock);
      reject(error);
    });
  });
