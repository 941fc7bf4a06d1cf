import { z } from 'zod';
import { sql } from './sql.ts';

const Keys = z.strictObject({ workspace_pk: z.number(), company_pk: z.number() });

/** Internal keys of a workspace to come and of its own company: row level security wants them before the rows. */
export const reserveWorkspace = () =>
  sql.type(Keys)`
    select
      nextval(pg_get_serial_sequence('workspaces', 'pk'))::int as workspace_pk,
      nextval(pg_get_serial_sequence('companies', 'pk'))::int as company_pk`;

/** A workspace with the one member that everything else starts from. */
export interface NewWorkspace {
  workspacePk: number;
  companyPk: number;
  /** Public id. */
  workspaceId: string;
  /** Of the workspace and of its own company. */
  name: string;
  /** ISO 3166-1 alpha-2, where it keeps its books. */
  country: string | null;
  firstName: string;
  lastName: string;
  /** `sub` of the owner's tokens; null for one who only calls with keys. */
  subject: string | null;
  key: { name: string; prefix: string; secretHash: string };
}

const Made = z.strictObject({ workspace_id: z.string(), person_id: z.string() });

/**
 * Inserts a workspace, its own company, its owner and an API key of theirs; null when there is a workspace of this id.
 * For the owner of the database, in the workspace's own transaction.
 */
export const insertWorkspace = (made: NewWorkspace) =>
  sql.type(Made)`
    with w as (
      insert into workspaces (pk, workspace_id, name, own_company_pk)
      values (${made.workspacePk}, ${made.workspaceId}, ${made.name}, ${made.companyPk})
      on conflict (workspace_id) do nothing
      returning pk, workspace_id, name
    ), settings as (
      insert into workspace_accounting_settings (workspace_pk, country)
      select pk, ${made.country}
      from w
    ), company as (
      insert into companies (pk, workspace_pk, name, registered_name, registry_country, company_origin)
      select ${made.companyPk}::int, pk, name, name, ${made.country}, 'user'
      from w
    ), person as (
      insert into peoples (workspace_pk, full_name, first_name, last_name)
      select pk, concat_ws(' ', ${made.firstName}::text, ${made.lastName}::text), ${made.firstName}, ${made.lastName}
      from w
      returning pk, workspace_pk, person_id
    ), membership as (
      insert into memberships (workspace_pk, person_pk, firebase_id, membership_role, status, is_default)
      select workspace_pk, pk, ${made.subject}, 'owner', 'active', true
      from person
      returning pk, workspace_pk
    ), key as (
      insert into api_keys (workspace_pk, membership_pk, name, prefix, secret_hash)
      select workspace_pk, pk, ${made.key.name}, ${made.key.prefix}, ${made.key.secretHash}
      from membership
    )
    select w.workspace_id, person.person_id
    from w, person`;
