import { findPersonId, listMemberships, type Membership, type MembershipRole } from '../db/memberships.ts';
import type { Database } from '../db/pool.ts';
import { forbidden } from '../errors.ts';

/** Who asks, and for which workspace: everything a door does is stamped with and limited to this. */
export interface Caller {
  /** `sub` of the token. */
  subject: string;
  workspacePk: number;
  workspaceId: string;
  peoplePk: number;
  /** Public id of the caller's person in that workspace. */
  personId: string;
  role: MembershipRole;
}

/** Which workspace a caller wants: its public id, or the integrator's own key of it. */
export type WantedWorkspace = string | { externalId: string };

/**
 * Finds what a signed-in identity may act on: the workspace it names, else its default one, else its only one.
 * Throws a 403 without an active membership there; a workspace that does not exist answers the same.
 */
export async function resolveCaller(
  database: Database,
  subject: string,
  wanted?: WantedWorkspace,
): Promise<Caller> {
  const memberships = await database.asCaller(subject, (db) => db.any(listMemberships({ subject })));
  const membership =
    wanted === undefined
      ? (memberships.find((candidate) => candidate.is_default) ?? onlyOf(memberships))
      : memberships.find((candidate) => isWanted(candidate, wanted));
  if (!membership)
    throw forbidden(
      wanted !== undefined || memberships.length === 0
        ? 'You are no member of this workspace.'
        : 'You have no default workspace: name one with ?workspaceId=.',
    );

  // Person rows are the workspace's, so they are read inside it.
  const { workspace_pk: workspacePk, person_pk: peoplePk } = membership;
  const person = await database.inWorkspace(workspacePk, (db) =>
    db.maybeOne(findPersonId({ workspacePk, personPk: peoplePk })),
  );
  if (!person) throw forbidden('Your person in this workspace was deleted.');
  return {
    subject,
    workspacePk,
    workspaceId: membership.workspace_id,
    peoplePk,
    personId: person.person_id,
    role: membership.role,
  };
}

const isWanted = (membership: Membership, wanted: WantedWorkspace): boolean =>
  typeof wanted === 'string'
    ? membership.workspace_id === wanted.toLowerCase()
    : membership.external_workspace_id === wanted.externalId;

const onlyOf = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
