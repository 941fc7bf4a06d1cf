import { randomUUID } from 'node:crypto';
import { WellspringApi } from './api.ts';

/** Where the API is, and who calls: a user's token or an API key. */
export interface ClientOptions {
  baseUrl: string;
  token: string;
}

/** The generated client, with a bearer token on every call and an `Idempotency-Key` on every POST and PATCH. */
export class Wellspring extends WellspringApi<{ token: string }> {
  constructor({ baseUrl, token }: ClientOptions) {
    super({
      baseUrl,
      securityWorker: (user) => (user ? { headers: { authorization: `Bearer ${user.token}` } } : undefined),
      customFetch: (url, init) => fetch(url, withKey(init)),
    });
    this.setSecurityData({ token });
  }

  /** Several values of a parameter stand in one, between commas: `filter[status]=todo,error`. */
  protected override addArrayQueryParam(query: Record<string, unknown>, key: string): string {
    return `${encodeURIComponent(key)}=${encodeURIComponent([query[key]].flat().join(','))}`;
  }
}

/** Keeps the caller's own key: one that is sent again must carry the key it was first sent with. */
function withKey(init: RequestInit = {}): RequestInit {
  if (init.method !== 'POST' && init.method !== 'PATCH') return init;
  const headers = new Headers(init.headers);
  if (!headers.has('idempotency-key')) headers.set('idempotency-key', randomUUID());
  return { ...init, headers };
}
