import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { schemaProblem } from '../errors.ts';
import { type Answer, send } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import { httpFunction } from './http-function.ts';

/** A function that anybody may read, as its folder describes it. It takes no parameters and no body. */
export interface PublicEndpoint<Services>
  extends Pick<Endpoint<never, never>, 'name' | 'summary' | 'answers'> {
  handle(context: Services & { headers: IncomingHttpHeaders }): Promise<Answer>;
}

/** Gives a public endpoint its services. */
export const publicEndpointsFor =
  <Services extends object>() =>
  (definition: PublicEndpoint<Services>): PublicEndpoint<Services> =>
    definition;

/** The handler to register with functions-framework. */
export const servePublicEndpoint = <Services extends object>(
  endpoint: PublicEndpoint<Services>,
  services: Services,
): ((req: IncomingMessage, res: ServerResponse) => Promise<void>) =>
  httpFunction(async ({ query, headers }, res) => {
    const [parameter] = query.keys();
    if (parameter !== undefined)
      throw schemaProblem({ path: `query.${parameter.slice(0, 64)}`, issue: 'unknown field' });
    send(res, await endpoint.handle({ ...services, headers }));
  });
