import { countApiKeys, listApiKeys } from '../../../../shared/db/api-keys.ts';
import type { Position } from '../../../../shared/db/page.ts';
import type { PlanCase, TablePlans } from './plan-case.ts';

const KEYS = 2_000;
const LIMIT = 50;

/** Lists of API keys as owners and admins read them. */
export const apiKeyPlans: TablePlans = {
  table: 'api_keys',
  role: 'wellspring_api',
  async seed(client, tenant, other) {
    for (const [{ workspacePk, personPk }, letter] of [
      [tenant, 'a'],
      [other, 'b'],
    ] as const) {
      await client.query(
        `with member as (
           insert into memberships (workspace_pk, person_pk, firebase_id, status) values ($1, $2, $3, 'active') returning pk
         )
         insert into api_keys (workspace_pk, membership_pk, name, prefix, secret_hash, created_at)
         select
           $1, member.pk, 'Key ' || n, 'wsk_' || $3 || lpad(n::text, 10, '0'), 'sha256:' || repeat('0', 64),
           now() - n * interval '1 minute'
         from member, generate_series(1, $4::int) n`,
        [workspacePk, personPk, letter, KEYS],
      );
    }
    await client.query('vacuum (analyze) api_keys, memberships, peoples, workspaces');

    const { workspacePk } = tenant;
    const { rows } = await client.query<Position>(
      `select api_key_id as id, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key
       from api_keys
       where workspace_pk = $1
       order by created_at
       offset ${KEYS / 2}
       limit 1`,
      [workspacePk],
    );
    const [middle] = rows;
    if (!middle) throw new Error('no keys to list');
    const list = (what: string, descending: boolean, after: Position | null = null): PlanCase => ({
      what,
      statement: listApiKeys({
        workspacePk,
        request: { limit: LIMIT, after, sort: { key: 'created_at', descending } },
      }),
      reads: LIMIT + 2,
    });
    return [
      list('the newest', true),
      list('the oldest', false),
      list('a page in the middle', true, middle),
      { what: 'how many there are', statement: countApiKeys({ workspacePk }), reads: KEYS },
    ];
  },
};
