import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';

/** What a local token says. */
export interface LocalUserToken {
  issuer: string;
  audience: string;
  subject: string;
  /** 3,600 unless said otherwise. */
  expiresInSeconds?: number;
}

/** A token like the one Cloud Tasks puts on a delivery. */
export interface LocalQueueToken {
  issuer: string;
  audience: string;
  /** E-mail address of the service account. */
  email: string;
  expiresInSeconds?: number;
}

/** Keys of this machine, in place of the issuers that a deployment trusts. */
export interface LocalKeys {
  /** `file:` and a path, as the settings for key sets take it. */
  publicUrl: string;
  publicKeys: JSONWebKeySet;
  signUserToken(token: LocalUserToken): Promise<string>;
  signQueueToken(token: LocalQueueToken): Promise<string>;
}

const ALGORITHM = 'RS256';

/**
 * Loads the key of the folder, or makes it: `private.json`, readable by its owner only, and `public.json`. Processes
 * that start at the same time end up with the same key.
 */
export const openLocalKeys = async (folder: string): Promise<LocalKeys> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const privateFile = join(folder, 'private.json');
  const secret = (await readKey(privateFile)) ?? (await makeKey(privateFile));
  const publicKeys = { keys: [publicPart(secret)] };
  const publicFile = join(folder, 'public.json');
  await replace(publicFile, JSON.stringify(publicKeys));

  const key = await importJWK(secret, ALGORITHM);
  const header = { alg: ALGORITHM, ...(secret.kid ? { kid: secret.kid } : {}) };
  const sign = (
    claims: Record<string, unknown>,
    token: LocalUserToken | LocalQueueToken,
    subject: string,
  ) => {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT(claims)
      .setProtectedHeader(header)
      .setIssuer(token.issuer)
      .setAudience(token.audience)
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + (token.expiresInSeconds ?? 3_600))
      .sign(key);
  };
  return {
    publicUrl: `file:${publicFile}`,
    publicKeys,
    signUserToken: (token) => sign({}, token, token.subject),
    signQueueToken: (token) => sign({ email: token.email, email_verified: true }, token, token.email),
  };
};

const readKey = async (file: string): Promise<JWK | null> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if (isMissing(error)) return null;
    throw new Error('the local key cannot be read; delete its folder and a new one is made', {
      cause: error,
    });
  }
};

/** The first process to link its key into place wins, and the others take that one. */
const makeKey = async (file: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  try {
    await link(mine, file);
    return jwk;
  } catch (error) {
    const theirs = await readKey(file);
    if (!theirs) throw error;
    return theirs;
  } finally {
    await rm(mine, { force: true });
  }
};

const publicPart = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({ kty, n, e, kid, alg, use }) as JWK;

const replace = async (file: string, text: string): Promise<void> => {
  const next = `${file}.${randomUUID()}`;
  await writeFile(next, text);
  await rename(next, file);
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
