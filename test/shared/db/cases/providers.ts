import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { findProviderConnector } from '../../../../shared/db/providers.ts';
import { insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const insert = async (tier: Tier, text: string, values: unknown[]): Promise<number> => {
  const { rows } = await tier.client.query(`insert into ${text} returning pk`, values);
  return rows[0].pk;
};

/** A provider that one connector serves, which `enable` adds to a workspace. */
const arrange = async (tier: Tier) => {
  const slug: string = randomUUID();
  const providerPk = await insert(tier, `providers (name, slug) values ('Shop', $1)`, [slug]);
  const connectorPk = await insert(tier, `connectors (name, slug, provider) values ('Shop', $1, 'well')`, [
    slug,
  ]);
  await insert(tier, 'provider_connectors (provider_pk, connector_pk) values ($1, $2)', [
    providerPk,
    connectorPk,
  ]);
  const { pk: workspacePk } = await insertWorkspace(tier.client);
  const enable = (status: string, pk = workspacePk) =>
    insert(tier, 'workspace_connectors (workspace_pk, connector_pk, status) values ($1, $2, $3)', [
      pk,
      connectorPk,
      status,
    ]);
  const find = (wanted = slug) =>
    tier.inWorkspace(workspacePk, (db) => db.maybeOne(findProviderConnector({ workspacePk, slug: wanted })));
  return { workspacePk, enable, find };
};

export const providerCases: Cases = {
  'an enabled connector of the workspace serves a provider before others do': async (tier) => {
    const { enable, find } = await arrange(tier);
    await enable('error');
    const enabled = await enable('enabled');
    await enable('enabled');

    expect(await find()).toEqual({ pk: enabled });
    expect(await find('popup')).toBeNull();
  },
  'a connector of another workspace and a deleted one serve nothing': async (tier) => {
    const { enable, find } = await arrange(tier);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    await enable('enabled', otherPk);
    const deleted = await enable('enabled');
    await tier.client.query('update workspace_connectors set deleted_at = now() where pk = $1', [deleted]);

    expect(await find()).toBeNull();
  },
};
