import { z } from 'zod';
import { Membership } from './memberships.ts';
import { keyset, type PageRequest, Total, upToTotalMax } from './page.ts';
import { NoRow, sql, Timestamp } from './sql.ts';

const KeyHolderRow = z.strictObject({
  ...Membership.shape,
  api_key_pk: z.number(),
  api_key_id: z.string(),
  secret_hash: z.string(),
  is_use_due: z.boolean(),
});

/**
 * The live key of a prefix and the member it acts as; null when the key, the membership, the person or the workspace
 * is gone, or the key's time is over. `is_use_due`: its use was not noted in the last hour. Runs in `asKey`.
 */
export const findKeyHolder = ({ prefix }: { prefix: string }) =>
  sql.type(KeyHolderRow)`
    select
      api_key_pk, api_key_id, secret_hash, is_use_due, workspace_pk, workspace_id, external_workspace_id,
      membership_pk, person_pk, person_id, false as is_person_deleted, role, true as is_default
    from key_holder(${prefix})`;

/** Notes that a key is used, once an hour at most. */
export const noteKeyUse = ({ workspacePk, apiKeyPk }: { workspacePk: number; apiKeyPk: number }) =>
  sql.type(NoRow)`
    update api_keys
    set last_used_at = now()
    where pk = ${apiKeyPk}
      and workspace_pk = ${workspacePk}
      and coalesce(last_used_at < now() - interval '1 hour', true)`;

/** A key with the public ids around it: its prefix, and nothing that proves it. */
export const ApiKeyRow = z.strictObject({
  api_key_id: z.string(),
  name: z.string(),
  prefix: z.string(),
  created_at: Timestamp,
  updated_at: Timestamp.nullable(),
  last_used_at: Timestamp.nullable(),
  expires_at: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
  person_id: z.string(),
  workspace_id: z.string(),
});
export type ApiKeyRow = z.output<typeof ApiKeyRow>;

const columns = sql.fragment`
  k.api_key_id, k.name, k.prefix, k.created_at, k.updated_at, k.last_used_at, k.expires_at, k.deleted_at, p.person_id,
  w.workspace_id`;

const around = sql.fragment`
  join memberships m on m.pk = k.membership_pk and m.workspace_pk = k.workspace_pk
  join peoples p on p.pk = m.person_pk and p.workspace_pk = m.workspace_pk
  join workspaces w on w.pk = k.workspace_pk`;

export interface InsertApiKey {
  workspacePk: number;
  membershipPk: number;
  name: string;
  prefix: string;
  secretHash: string;
  /** ISO 8601; null for a key without an end. */
  expiresAt: string | null;
}

/** Inserts a key of a member; null when its end is no moment to come, by the clock of the database. */
export const insertApiKey = ({
  workspacePk,
  membershipPk,
  name,
  prefix,
  secretHash,
  expiresAt,
}: InsertApiKey) =>
  sql.type(ApiKeyRow)`
    with k as (
      insert into api_keys (workspace_pk, membership_pk, name, prefix, secret_hash, expires_at)
      select ${workspacePk}, ${membershipPk}, ${name}, ${prefix}, ${secretHash}, ${expiresAt}::timestamptz
      where coalesce(${expiresAt}::timestamptz > now(), true)
      returning *
    )
    select ${columns}
    from k
    ${around}`;

const ApiKeyListRow = z.strictObject({ ...ApiKeyRow.shape, sort_key: z.string() });

/** What a list of keys sorts by. */
export const apiKeySorts = ['created_at'] as const;

interface ListApiKeys {
  workspacePk: number;
  request: PageRequest<(typeof apiKeySorts)[number]>;
}

/** A page of the keys of a workspace, expired ones included: up to one more than asked for. */
export const listApiKeys = ({ workspacePk, request }: ListApiKeys) => {
  const { sortKey, beyond, order } = keyset({
    request,
    key: sql.fragment`k.created_at`,
    pk: sql.fragment`k.pk`,
    pkOf: (id) =>
      sql.fragment`(select b.pk from api_keys b where b.api_key_id = ${id} and b.workspace_pk = ${workspacePk})`,
  });
  return sql.type(ApiKeyListRow)`
    select ${columns}, ${sortKey}
    from api_keys k
    ${around}
    where k.workspace_pk = ${workspacePk}
      and k.deleted_at is null
      ${beyond}
    ${order}
    limit ${request.limit + 1}`;
};

/** How many keys a workspace has, up to the bound of lists. */
export const countApiKeys = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(Total)`${upToTotalMax(sql.fragment`
    select
    from api_keys k
    where k.workspace_pk = ${workspacePk}
      and k.deleted_at is null
    order by k.created_at, k.pk`)}`;

const DeletedRow = z.strictObject({ api_key_id: z.string() });

/** Ends a key at once; null when there is none in this workspace, or no longer. */
export const deleteApiKey = ({ workspacePk, apiKeyId }: { workspacePk: number; apiKeyId: string }) =>
  sql.type(DeletedRow)`
    update api_keys
    set deleted_at = now()
    where api_key_id = ${apiKeyId}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    returning api_key_id`;
