import { conflict, HttpProblem } from '../errors.ts';
import type { Edge } from './edge.ts';

/**
 * Checks what a request may say of its resource, as JSON:API wants it: throws a 403 for a new one that brings its own
 * id and for a change of a relationship, which no door of ours takes, and a 409 for a change whose body names another
 * resource than its path.
 */
export const checkIdentity = ({ method, params, body }: Pick<Edge, 'method' | 'params' | 'body'>): void => {
  const data = memberOf(body, 'data');
  const ids = (Array.isArray(data) ? data : [data]).map((resource) => memberOf(resource, 'id'));
  if (method === 'POST') {
    const at = ids.findIndex((id) => id !== undefined);
    if (at < 0) return;
    const path = Array.isArray(data) ? `data.${at}.id` : 'data.id';
    throw new HttpProblem('CLIENT_ID_FORBIDDEN', 'The server makes ids: leave it out.', {
      details: { path, issue: 'expected none' },
    });
  }
  if (method !== 'PATCH' || params.id === undefined) return;
  const [relationship] = Object.keys(Object(memberOf(data, 'relationships')));
  if (relationship !== undefined)
    throw new HttpProblem('FORBIDDEN', 'Relationships are said once, when a resource is made.', {
      details: { path: `data.relationships.${relationship.slice(0, 64)}`, issue: 'cannot be changed' },
    });
  const wanted = params.id.toLowerCase();
  const refuse = (path: string, id: unknown) => {
    if (typeof id !== 'string' || id.toLowerCase() === wanted) return;
    const details = { path, issue: 'expected the id of the path' };
    throw conflict('RESOURCE_ID_MISMATCH', 'The body names another resource than the path.', { details });
  };
  refuse('data.id', ids[0]);
  // Clients that send back what they read repeat the id among the attributes: `collect_id`.
  const name = `${String(memberOf(data, 'type')).replace(/s$/, '')}_id`;
  refuse(`data.attributes.${name}`, memberOf(memberOf(data, 'attributes'), name));
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
