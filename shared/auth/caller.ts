import { listMemberships, type Membership, type MembershipRole } from '../db/memberships.ts';
import type { Database } from '../db/pool.ts';
import { last } from '../db/sql.ts';
import { forbidden } from '../errors.ts';
import type { KeyCaller } from './api-key.ts';
import type { UserCaller } from './user-token.ts';

/** Who asks, and for which workspace: everything a door does is stamped with and limited to this. */
export interface Caller {
  /** What proved it: a person's own token, or a key that acts as them. */
  principal: UserCaller | KeyCaller;
  workspacePk: number;
  workspaceId: string;
  membershipPk: number;
  peoplePk: number;
  /** Public id of the caller's person in that workspace. */
  personId: string;
  role: MembershipRole;
}

/** Which workspace a caller wants: its public id, or the integrator's own key of it. */
export type WantedWorkspace = string | { externalId: string };

/** What is to be done, and where. */
export interface Errand {
  wanted?: WantedWorkspace | undefined;
  /** Whether anything is to be changed: guests only look on. */
  writes: boolean;
}

/**
 * Finds what a proven caller may act on: the workspace it names, else its default one, else its only one. An API key
 * acts in its own workspace. Throws a 403 without an active membership there, and for a guest who wants to write; a
 * workspace that does not exist answers as one of others does.
 */
export async function resolveCaller(
  database: Database,
  principal: UserCaller | KeyCaller,
  { wanted, writes }: Errand,
): Promise<Caller> {
  const memberships =
    principal.kind === 'key' ? [principal.membership] : await membershipsOf(database, principal.subject);
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
  if (membership.is_person_deleted) throw forbidden('Your person in this workspace was deleted.');
  if (writes && membership.role === 'guest') throw forbidden('Guests may look on, and change nothing.');
  return {
    principal,
    workspacePk: membership.workspace_pk,
    workspaceId: membership.workspace_id,
    membershipPk: membership.membership_pk,
    peoplePk: membership.person_pk,
    personId: membership.person_id,
    role: membership.role,
  };
}

const membershipsOf = (database: Database, subject: string): Promise<readonly Membership[]> =>
  database.asCaller(subject, (db) => db.any(last(listMemberships({ subject }))));

const isWanted = (membership: Membership, wanted: WantedWorkspace): boolean =>
  typeof wanted === 'string'
    ? membership.workspace_id === wanted.toLowerCase()
    : membership.external_workspace_id === wanted.externalId;

const onlyOf = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
