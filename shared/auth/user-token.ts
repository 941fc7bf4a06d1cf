import { unauthorized } from '../errors.ts';
import { type KeySource, openKeys } from './keys.ts';
import { verifyBearer } from './verify.ts';

/** Which bearer tokens people and the extension come with. */
export interface UserTokenSettings {
  issuer: string;
  audience: string;
  keys: KeySource;
  /** Asymmetric ones only; RS256 and ES256 unless said otherwise. */
  algorithms?: readonly string[];
  /** Age after which a token is refused whatever its `exp` says, such as `1h`. */
  maxTokenAge?: string;
}

/** The person behind a call. */
export interface UserCaller {
  kind: 'user';
  /** `sub`: the person's id at the issuer. */
  subject: string;
}

const SUBJECT_MAX = 255;

/**
 * Proves who calls, by the bearer token. It says nothing about workspaces: memberships do. Throws a 401 for no token
 * or a bad one, and at once for settings that would let a caller sign for itself.
 */
export const openUserTokens = (
  settings: UserTokenSettings,
): ((authorization: string | undefined) => Promise<UserCaller>) => {
  const { issuer, audience, algorithms = ['RS256', 'ES256'], maxTokenAge = '1h' } = settings;
  if (!issuer || !audience) throw new Error('user tokens need an issuer and an audience');
  if (!algorithms.every((algorithm) => /^(?:(?:RS|PS|ES)(?:256|384|512)|Ed25519|EdDSA)$/.test(algorithm))) {
    throw new Error('user tokens need asymmetric algorithms');
  }
  const keys = openKeys(settings.keys);
  const options = {
    ...{ issuer, audience, algorithms: [...algorithms], maxTokenAge },
    requiredClaims: ['sub', 'exp', 'iat'],
    clockTolerance: 5,
  };
  return async (authorization) => {
    const { sub } = await verifyBearer(authorization, keys, options);
    if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_MAX) {
      throw unauthorized('The bearer token names nobody.');
    }
    return { kind: 'user', subject: sub };
  };
};

/** One check with settings of its own; who checks more than once opens the keys once with `openUserTokens`. */
export const verifyUserToken = (
  authorization: string | undefined,
  settings: UserTokenSettings,
): Promise<UserCaller> => openUserTokens(settings)(authorization);
