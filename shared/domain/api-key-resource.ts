import type { ApiKey, CreatedApiKey } from './api-key-schema.ts';

/** A key with the public ids around it; times are ISO 8601. */
export interface ApiKeyView {
  api_key_id: string;
  name: string;
  prefix: string;
  created_at: string;
  updated_at: string | null;
  last_used_at: string | null;
  expires_at: string | null;
  deleted_at: string | null;
  person_id: string;
  workspace_id: string;
}

/** A key as callers see it, attribute by attribute. */
export const apiKeyResource = (key: ApiKeyView): ApiKey => ({
  type: 'api_key',
  id: key.api_key_id,
  attributes: {
    api_key_id: key.api_key_id,
    name: key.name,
    prefix: key.prefix,
    created_at: key.created_at,
    updated_at: key.updated_at,
    last_used_at: key.last_used_at,
    expires_at: key.expires_at,
    deleted_at: key.deleted_at,
  },
  relationships: {
    people: { data: { type: 'people', id: key.person_id } },
    workspace: { data: { type: 'workspace', id: key.workspace_id } },
  },
});

/** A key as it is shown to who made it; the secret is null in what is kept of the answer. */
export const createdApiKey = (key: ApiKeyView, secret: string | null): CreatedApiKey => {
  const shown = apiKeyResource(key);
  return { ...shown, attributes: { ...shown.attributes, secret } };
};
