import type { Server } from 'node:http';
import { getFunction, getTestServer } from '@google-cloud/functions-framework/testing';
import type { FrontRoute } from './router.ts';

/**
 * One framework server per function, made when first needed: it looks its handler up only then. Throws for a function
 * that is not registered with functions-framework.
 */
export const functionServers = (routes: readonly FrontRoute[]): ((name: string) => Server) => {
  const missing = routes.filter(({ name }) => !getFunction(name)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`not registered with functions-framework: ${missing.join(', ')}`);
  const servers = new Map<string, Server>();
  return (name) => {
    const known = servers.get(name);
    if (known) return known;
    const made = getTestServer(name);
    servers.set(name, made);
    return made;
  };
};
