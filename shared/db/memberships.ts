import { z } from 'zod';
import { sql } from './sql.ts';

/** What a member may be in a workspace, native enum `membership_role_enum`. */
export const MembershipRole = z.enum(['owner', 'admin', 'member', 'guest']);
export type MembershipRole = z.output<typeof MembershipRole>;

/** One workspace that a signed-in caller may act in. */
export const Membership = z.strictObject({
  workspace_pk: z.number(),
  workspace_id: z.string(),
  external_workspace_id: z.string().nullable(),
  membership_pk: z.number(),
  person_pk: z.number(),
  person_id: z.string(),
  is_person_deleted: z.boolean(),
  role: MembershipRole,
  is_default: z.boolean(),
});
export type Membership = z.output<typeof Membership>;

/** The active memberships of an identity with their people, the default one first; runs in `asCaller`. */
export const listMemberships = ({ subject }: { subject: string }) =>
  sql.type(Membership)`
    select
      workspace_pk, workspace_id, external_workspace_id, membership_pk, person_pk, person_id, is_person_deleted, role,
      is_default
    from memberships_of(${subject})`;
