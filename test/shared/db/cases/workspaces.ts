import { expect } from 'vitest';
import { findProcessingSettings } from '../../../../shared/db/workspaces.ts';
import { insertCompany, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const settingsOf = (tier: Tier, workspacePk: number) =>
  tier.inWorkspace(workspacePk, (db) => db.maybeOne(findProcessingSettings({ workspacePk })));

export const workspaceCases: Cases = {
  'a workspace without accounting settings has no country': async (tier) => {
    const { pk } = await insertWorkspace(tier.client);

    expect(await settingsOf(tier, pk)).toEqual({
      auto_extract_enabled: true,
      own_company_pk: null,
      country: null,
    });
  },
  'the settings name its own company, country and whether it extracts': async (tier) => {
    const { pk } = await insertWorkspace(tier.client, { auto_extract_enabled: false });
    const company = await insertCompany(tier.client, pk);
    await tier.client.query('update workspaces set own_company_pk = $1 where pk = $2', [company.pk, pk]);
    await tier.client.query(
      'insert into workspace_accounting_settings (workspace_pk, country) values ($1, $2)',
      [pk, 'FR'],
    );

    expect(await settingsOf(tier, pk)).toEqual({
      auto_extract_enabled: false,
      own_company_pk: company.pk,
      country: 'FR',
    });
  },
  'a deleted workspace has no settings': async (tier) => {
    const { pk } = await insertWorkspace(tier.client, { deleted_at: '2026-01-01T00:00:00Z' });

    expect(await settingsOf(tier, pk)).toBeNull();
  },
};
