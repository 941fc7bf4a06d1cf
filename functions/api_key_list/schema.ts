import { apiKeySorts } from '../../shared/db/api-keys.ts';
import { ApiKey } from '../../shared/domain/api-key-schema.ts';
import { listOf } from '../../shared/http/answer-schema.ts';
import { listQuery } from '../../shared/http/list-query.ts';

/** Pages, order and fields; the keys of a workspace are few. */
export const ApiKeyListQuery = listQuery({
  name: 'api_keys',
  sorts: apiKeySorts,
  defaultSort: '-created_at',
  filters: {},
  fields: {
    api_key: [
      ...['api_key_id', 'name', 'prefix', 'created_at', 'updated_at', 'last_used_at', 'expires_at'],
      ...['deleted_at', 'people', 'workspace'],
    ],
  },
});

/** A page of keys, without their secrets. */
export const ApiKeyListAnswers = { 200: listOf(ApiKey) };
