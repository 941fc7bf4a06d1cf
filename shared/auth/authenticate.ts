import type { Config } from '../config.ts';
import { openQueueTokens, type QueueCaller } from './queue-token.ts';
import { openUserTokens, type UserCaller } from './user-token.ts';

const GOOGLE = ['https://accounts.google.com', 'accounts.google.com'];

/** The check of deliveries and scheduled calls, from the settings; `audiences` are the URLs of the functions served. */
export const openQueueAuthentication = (
  config: Pick<Config, 'TASKS_OIDC_ISSUER' | 'TASKS_OIDC_JWKS_URL' | 'TASKS_SERVICE_ACCOUNT'>,
  audiences: Iterable<string>,
): ((authorization: string | undefined) => Promise<QueueCaller>) =>
  openQueueTokens({
    issuers: GOOGLE.includes(config.TASKS_OIDC_ISSUER) ? GOOGLE : [config.TASKS_OIDC_ISSUER],
    audiences: [...new Set(audiences)],
    serviceAccounts: [config.TASKS_SERVICE_ACCOUNT],
    keys: config.TASKS_OIDC_JWKS_URL,
  });

/** The check of people and the extension, from the settings. */
export const openUserAuthentication = (
  config: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE' | 'AUTH_JWKS_URL' | 'AUTH_MAX_TOKEN_AGE'>,
): ((authorization: string | undefined) => Promise<UserCaller>) =>
  openUserTokens({
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    keys: config.AUTH_JWKS_URL,
    maxTokenAge: config.AUTH_MAX_TOKEN_AGE,
  });
