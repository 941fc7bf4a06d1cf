import { notFound } from './errors.ts';
import type { Store } from './store.ts';

const message = (project: string, locationId: string) => ({
  name: `projects/${project}/locations/${locationId}`,
  locationId,
});

/**
 * The location methods that gcloud asks when it is told no location: the one that is served, or those that queues
 * are in. Undefined when the path is none of theirs.
 */
export const answerLocations = (
  store: Store,
  served: string | undefined,
  verb: string,
  path: string,
): object | undefined => {
  const [, project, locationId] = /^\/v2\/projects\/([^/]+)\/locations(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!project || verb !== 'GET') return undefined;
  const used = store.list(`projects/${project}/`).map(({ name }) => name.location);
  const known = served ? [served] : [...new Set(used)].sort();
  if (!locationId) return { locations: known.map((id) => message(project, id)) };
  if (!known.includes(locationId)) throw notFound(`Location "${locationId}" is not served here.`);
  return message(project, locationId);
};
