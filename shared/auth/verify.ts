import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type HttpProblem, unauthorized, unavailable } from '../errors.ts';

const TOKEN_MAX = 8_192;
const KEYS_RETRY_SECONDS = 5;

/** The token of an `Authorization` header. Throws a 401 for none, for another scheme, and for an endless one. */
export const bearerOf = (authorization: string | undefined): string => {
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
  if (!token || token.length > TOKEN_MAX) throw unauthorized('A bearer token is required.');
  return token;
};

/**
 * The claims of the bearer token in an `Authorization` header. Throws a 401 for anything that proves nothing, and a
 * 503 when the issuer's keys cannot be had: that is our trouble and not the caller's.
 */
export const verifyBearer = async (
  authorization: string | undefined,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> => {
  const token = bearerOf(authorization);
  try {
    const { payload } = await jwtVerify(token, keys, options);
    return payload;
  } catch (error) {
    throw problemOf(error);
  }
};

// What is wrong with a token is the caller's doing; whatever else happens here comes from the source of the keys.
const faults = [
  ...[errors.JWTExpired, errors.JWTClaimValidationFailed, errors.JWTInvalid, errors.JWSInvalid],
  ...[errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed, errors.JOSENotSupported],
  ...[errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys],
];

const problemOf = (error: unknown): HttpProblem =>
  faults.some((fault) => error instanceof fault)
    ? unauthorized('The bearer token is not valid here.', error)
    : unavailable('The keys that prove tokens cannot be had.', KEYS_RETRY_SECONDS, error);
