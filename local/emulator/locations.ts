import { notFound } from './errors.ts';
import type { Store } from './store.ts';

const message = (project: string, locationId: string) => ({
  name: `projects/${project}/locations/${locationId}`,
  locationId,
  labels: { 'cloud.googleapis.com/region': locationId },
});

/**
 * What gcloud asks when it is told no location: the locations, and whether the project has an App Engine application,
 * for only then it takes the first of them. Locations are the one that is served, or those that queues are in.
 * Undefined when the path is none of theirs.
 */
export const answerLocations = (
  store: Store,
  served: string | undefined,
  verb: string,
  path: string,
): object | undefined => {
  const [, app] = /^\/v1\/apps\/([^/]+)$/.exec(path) ?? [];
  if (app && verb === 'GET') return { name: `apps/${app}`, id: app, servingStatus: 'SERVING' };
  const [, project, locationId] = /^\/v2\/projects\/([^/]+)\/locations(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!project || verb !== 'GET') return undefined;
  const used = store.list(`projects/${project}/`).map(({ name }) => name.location);
  const known = served ? [served] : [...new Set(used)].sort();
  if (!locationId) return { locations: known.map((id) => message(project, id)) };
  if (!known.includes(locationId)) throw notFound(`Location "${locationId}" is not served here.`);
  return message(project, locationId);
};
