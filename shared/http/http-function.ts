import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUnavailable } from '../db/pool.ts';
import { unavailable } from '../errors.ts';
import { sendProblem } from './answer.ts';
import { type Edge, edgeOf } from './edge.ts';

/**
 * Wraps work for registration with functions-framework: whatever it throws becomes a problem for the caller and a
 * log line, and never the framework's crash page. Throws only for a request that did not come through the front.
 */
export const httpFunction =
  (work: (edge: Edge, res: ServerResponse) => Promise<void>) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const edge = edgeOf(req);
    try {
      await work(edge, res);
    } catch (error) {
      // Without the database nothing can be answered, which is no fault of the request.
      const problem = isUnavailable(error) ? unavailable('The database cannot be reached.', 5, error) : error;
      sendProblem(res, problem, edge);
    }
  };
