import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/** Signs the tokens that requests carry, as the platform does for a service account. */
export interface TokenSigner {
  /** An OIDC token, good for an hour. The same one comes back for some minutes. */
  oidc(email: string, audience: string): Promise<string>;
  /** The public key, for whoever verifies. */
  jwks(): Promise<{ keys: JWK[] }>;
}

const lifetimeS = 3600;
const reuseMs = 5 * 60_000;
const maxCached = 1000;

let made: Promise<JWK> | undefined;

// Once per process: making one costs more than the rest of a start.
const ownKey = (): Promise<JWK> => {
  made ??= generateKeyPair('RS256', { extractable: true }).then(({ privateKey }) => exportJWK(privateKey));
  return made;
};

/** A stable stand-in for the 21-digit account number that `sub` holds. */
const accountNumber = (email: string): string =>
  `1${BigInt(`0x${createHash('sha256').update(email).digest('hex')}`)
    .toString()
    .slice(0, 20)}`;

/**
 * `privateKey` is an RSA key as JWK; without it one is made, once per process. Tokens carry the time of this machine, not of the
 * emulator's clock, because whoever verifies them goes by the machine's time too.
 */
export const createTokenSigner = (issuer: () => string, privateKey?: JWK): TokenSigner => {
  const ready = (async () => {
    const jwk = privateKey ?? (await ownKey());
    const { kty, n, e } = jwk;
    if (kty !== 'RSA' || !n || !e) throw new TypeError('signingKey must be a private RSA key as JWK');
    const kid = jwk.kid ?? (await calculateJwkThumbprint({ kty, n, e }));
    const publicKey: JWK = { kty, n, e, kid, alg: 'RS256', use: 'sig' };
    return { key: await importJWK(jwk, 'RS256'), kid, publicKey };
  })();
  // Whoever asks for a token or the key hears of a failure; until then it must not end the process.
  ready.catch(() => {});

  const cached = new Map<string, { token: Promise<string>; since: number }>();

  const sign = async (email: string, audience: string): Promise<string> => {
    const { key, kid } = await ready;
    const sub = accountNumber(email);
    return new SignJWT({ email, email_verified: true, azp: sub })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(issuer())
      .setAudience(audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeS}s`)
      .sign(key);
  };

  return {
    oidc(email, audience) {
      const id = `${email}\n${audience}`;
      const known = cached.get(id);
      if (known && Date.now() - known.since < reuseMs) return known.token;
      const token = sign(email, audience);
      cached.delete(id);
      cached.set(id, { token, since: Date.now() });
      const [oldest] = cached.keys();
      if (cached.size > maxCached && oldest !== undefined) cached.delete(oldest);
      return token;
    },
    jwks: async () => ({ keys: [(await ready).publicKey] }),
  };
};
