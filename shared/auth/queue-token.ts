import { forbidden } from '../errors.ts';
import { type KeySource, openKeys } from './keys.ts';
import { verifyBearer } from './verify.ts';

/** Whose deliveries are taken. */
export interface QueueTokenSettings {
  /** Google writes its name with and without `https://`. */
  issuers: readonly string[];
  /** URLs of our functions as the queue knows them. */
  audiences: readonly string[];
  /** Exact e-mail addresses of the accounts that deliver. */
  serviceAccounts: readonly string[];
  keys: KeySource;
}

/** The service account behind a delivery. */
export interface QueueCaller {
  kind: 'service';
  email: string;
}

/**
 * Proves that a delivery comes from our queue, by the OIDC token in its `Authorization` header: `X-CloudTasks-*` can
 * be sent by anybody. Throws a 401 for no token or a bad one, and a 403 for a good one of another account.
 */
export const openQueueTokens = (
  settings: QueueTokenSettings,
): ((authorization: string | undefined) => Promise<QueueCaller>) => {
  const { issuers, audiences, serviceAccounts } = settings;
  if (issuers.length === 0 || audiences.length === 0 || serviceAccounts.length === 0) {
    throw new Error('queue tokens need an issuer, an audience and a service account');
  }
  const keys = openKeys(settings.keys);
  const accounts = new Set(serviceAccounts);
  const options = {
    issuer: [...issuers],
    audience: [...audiences],
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'iat', 'email'],
    maxTokenAge: '1h',
    clockTolerance: 5,
  };
  return async (authorization) => {
    const { email, email_verified: verified } = await verifyBearer(authorization, keys, options);
    if (typeof email !== 'string' || verified !== true || !accounts.has(email)) {
      throw forbidden('This account may not deliver tasks.');
    }
    return { kind: 'service', email };
  };
};

/** One check with settings of its own; who checks more than once opens the keys once with `openQueueTokens`. */
export const verifyQueueToken = (
  authorization: string | undefined,
  settings: QueueTokenSettings,
): Promise<QueueCaller> => openQueueTokens(settings)(authorization);
