import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem, schemaProblem } from '../errors.ts';
import { identityOf, type Principal } from './edge.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Pattern } from './router.ts';

/** Proves who sent an `Authorization` header. Throws an HttpProblem: 401, 403, or 503 when the keys cannot be had. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

type Prove = (req: IncomingMessage, res: ServerResponse) => Promise<Principal>;

/**
 * Who calls, for each kind of function. Callers of doors are counted; deliveries never are, since how many come is what
 * their queue is set to.
 */
export const proversFrom = (
  { queue, user }: { queue: Authenticate; user: Authenticate },
  limits: RateLimits | undefined,
): Record<Pattern['kind'], Prove> => {
  const delivery: Prove = (req) => queue(authorizationOf(req));
  const caller: Prove = async (req, res) => {
    const principal = await user(authorizationOf(req)).catch(async (error: unknown) => {
      const provedNothing = error instanceof HttpProblem && error.status === 401;
      if (provedNothing) await limits?.countFailure(req.socket.remoteAddress, res);
      throw error;
    });
    await limits?.countCaller(identityOf(principal), res);
    return principal;
  };
  return {
    ...{ worker: delivery, scheduled: delivery, api: caller, upload: caller },
    public: async () => ({ kind: 'anybody' }),
  };
};

/** Node hands on the first of several; which of them is meant is not for us to choose. */
const authorizationOf = ({ headersDistinct: { authorization = [] } }: IncomingMessage) => {
  if (authorization.length > 1)
    throw schemaProblem({ path: 'headers.Authorization', issue: 'expected once' });
  return authorization[0];
};
