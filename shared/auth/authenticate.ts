import type { Config } from '../config.ts';
import { unauthorized } from '../errors.ts';
import { isApiKey, type KeyCaller } from './api-key.ts';
import type { ApiKeys } from './key-check.ts';
import { openQueueTokens, type QueueCaller } from './queue-token.ts';
import { openUserTokens, type UserCaller } from './user-token.ts';
import { bearerOf } from './verify.ts';

const GOOGLE = ['https://accounts.google.com', 'accounts.google.com'];

/** The check of deliveries and scheduled calls, from the settings; `audiences` are the URLs of the functions served. */
export const openQueueAuthentication = (
  config: Pick<Config, 'TASKS_OIDC_ISSUER' | 'TASKS_OIDC_JWKS_URL' | 'TASKS_SERVICE_ACCOUNT'> &
    Partial<Pick<Config, 'SCHEDULER_SERVICE_ACCOUNT'>>,
  audiences: Iterable<string>,
): ((authorization: string | undefined) => Promise<QueueCaller>) =>
  openQueueTokens({
    issuers: GOOGLE.includes(config.TASKS_OIDC_ISSUER) ? GOOGLE : [config.TASKS_OIDC_ISSUER],
    audiences: [...new Set(audiences)],
    serviceAccounts: [config.TASKS_SERVICE_ACCOUNT, config.SCHEDULER_SERVICE_ACCOUNT].filter(
      (account) => account !== undefined,
    ),
    keys: config.TASKS_OIDC_JWKS_URL,
  });

/**
 * The check of people, the extension and programs, from the settings: a token of the issuer, or one of our keys. Where no
 * issuer is set, a token is a 401 that says so.
 */
export const openUserAuthentication = (
  config: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE' | 'AUTH_JWKS_URL' | 'AUTH_MAX_TOKEN_AGE'>,
  apiKeys: ApiKeys,
): ((authorization: string | undefined) => Promise<UserCaller | KeyCaller>) => {
  const { AUTH_ISSUER: issuer, AUTH_JWKS_URL: keys, AUTH_AUDIENCE: audience } = config;
  if (!issuer || !keys) return tokenOrKey(keysOnly, apiKeys);
  return tokenOrKey(
    openUserTokens({ issuer, audience, keys, maxTokenAge: config.AUTH_MAX_TOKEN_AGE }),
    apiKeys,
  );
};

const keysOnly = async (): Promise<never> => {
  throw unauthorized('Only API keys are accepted here: no issuer of tokens is set (AUTH_ISSUER).');
};

/** Asks for a key what begins like one, and takes everything else for a token of the issuer. */
export const tokenOrKey =
  (
    users: (authorization: string | undefined) => Promise<UserCaller>,
    apiKeys: ApiKeys,
  ): ((authorization: string | undefined) => Promise<UserCaller | KeyCaller>) =>
  async (authorization) => {
    const token = bearerOf(authorization);
    return isApiKey(token) ? apiKeys.prove(token) : users(authorization);
  };
