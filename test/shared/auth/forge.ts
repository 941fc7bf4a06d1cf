import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

const trusted = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256', { extractable: true });
const publicJwk = { ...(await exportJWK(trusted.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };

/** The key set that the issuer publishes. */
export const keys = { keys: [publicJwk] };

interface Forgery {
  claims?: JWTPayload;
  /** Claims to leave out of an otherwise good token. */
  without?: string[];
  header?: Record<string, unknown>;
  by?: 'issuer' | 'stranger';
}

const now = () => Math.floor(Date.now() / 1_000);

/** Makes tokens that are good but for what the forger changes; `base` are the claims of a good one. */
export const forger =
  (base: JWTPayload) =>
  async ({ claims, without = [], header = {}, by = 'issuer' }: Forgery = {}) => {
    const all: JWTPayload = { iat: now(), exp: now() + 600, ...base, ...claims };
    for (const claim of without) delete all[claim];
    const { privateKey } = by === 'issuer' ? trusted : stranger;
    const token = await new SignJWT(all)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
      .sign(privateKey, { crit: { 'x-unknown': true } });
    return `Bearer ${token}`;
  };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token whose header says that it needs no signature. */
export const unsigned = (claims: JWTPayload, alg: string) =>
  `Bearer ${part({ alg, kid: 'k1' })}.${part({ iat: now(), exp: now() + 600, ...claims })}.`;

/** A token signed with the public key as if it were a shared secret. */
export const signedWithPublicKey = async (claims: JWTPayload) => {
  const { createHmac } = await import('node:crypto');
  const { exportSPKI } = await import('jose');
  const text = `${part({ alg: 'HS256', kid: 'k1' })}.${part({ iat: now(), exp: now() + 600, ...claims })}`;
  const signature = createHmac('sha256', await exportSPKI(trusted.publicKey))
    .update(text)
    .digest('base64url');
  return `Bearer ${text}.${signature}`;
};

/** A token by a stranger that brings its own key along. */
export const withOwnKey = async (claims: JWTPayload) =>
  forger(claims)({ by: 'stranger', header: { jwk: await exportJWK(stranger.publicKey) } });

export const seconds = now;
