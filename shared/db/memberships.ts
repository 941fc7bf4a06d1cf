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
      m.workspace_pk, w.workspace_id, w.external_workspace_id, m.pk as membership_pk, m.person_pk, p.person_id,
      p.deleted_at is not null as is_person_deleted, m.membership_role as role, m.is_default
    from memberships m
    join workspaces w on w.pk = m.workspace_pk
    join peoples p on p.pk = m.person_pk and p.workspace_pk = m.workspace_pk
    where m.firebase_id = ${subject}
      and m.status = 'active'
      and m.deleted_at is null
      and w.deleted_at is null
    order by m.is_default desc, m.pk`;
