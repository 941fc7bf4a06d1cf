import { expect } from 'vitest';
import {
  findCompany,
  findCompanyByPk,
  type IdentityKeys,
  insertCounterparty,
  listCompaniesLike,
  type NewCompany,
} from '../../../../shared/db/companies.ts';
import { insertCompany, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const nothing: IdentityKeys = { taxId: null, domain: null, registry: null, legalName: null };
const namesLike = async (tier: Tier, workspacePk: number, keys: Partial<IdentityKeys>) => {
  const rows = await tier.inWorkspace(workspacePk, (db) =>
    db.any(listCompaniesLike({ workspacePk, ...nothing, ...keys })),
  );
  return rows.map((row) => row.name);
};

const unknown: NewCompany = {
  name: 'Made',
  domain: null,
  domain_normalized: null,
  registered_name: null,
  trade_name: null,
  tax_id_value: null,
  tax_id_type: null,
  registered_value: null,
  registry_country: null,
  canonical_legal_name: null,
  canonical_tax_id: null,
  canonical_registry: null,
};

export const companyCases: Cases = {
  'an added counterparty is found by its key, with what tells it from others': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const company = { ...unknown, name: "O'Made", canonical_tax_id: 'XX1', domain_normalized: 'made.test' };

    const added = await tier.inWorkspace(workspacePk, (db) =>
      db.one(insertCounterparty({ workspacePk, company })),
    );

    expect(added).toMatchObject({ name: "O'Made", canonical_tax_id: 'XX1', domain_normalized: 'made.test' });
    expect(
      await tier.inWorkspace(workspacePk, (db) =>
        db.maybeOne(findCompanyByPk({ workspacePk, pk: added.pk })),
      ),
    ).toEqual(added);
    expect(
      await tier.inWorkspace(workspacePk, (db) =>
        db.maybeOne(findCompany({ workspacePk, companyId: added.company_id })),
      ),
    ).toEqual(added);
  },
  'a company of another workspace and a deleted one are not found': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const other = await insertCompany(tier.client, otherPk);
    const deleted = await insertCompany(tier.client, workspacePk, { deleted_at: '2026-01-01T00:00:00Z' });

    for (const { pk, company_id: companyId } of [other, deleted])
      expect(
        await tier.inWorkspace(workspacePk, async (db) => [
          await db.maybeOne(findCompanyByPk({ workspacePk, pk })),
          await db.maybeOne(findCompany({ workspacePk, companyId })),
        ]),
      ).toEqual([null, null]);
  },
  'companies are alike by any one key, the oldest first': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const add = (pk: number, name: string, columns: Record<string, string>) =>
      insertCompany(tier.client, pk, { name, ...columns });
    await add(workspacePk, 'by tax', { canonical_tax_id: 'T1' });
    await add(workspacePk, 'by domain', { domain_normalized: 'd.test' });
    await add(workspacePk, 'by registry', { canonical_registry: 'R1' });
    await add(workspacePk, 'by name', { canonical_legal_name: 'd' });
    await add(otherPk, 'elsewhere', { canonical_tax_id: 'T1' });
    await add(workspacePk, 'gone', { domain_normalized: 'd.test', deleted_at: '2026-01-01T00:00:00Z' });

    expect(await namesLike(tier, workspacePk, { taxId: 'T1', domain: 'd.test' })).toEqual([
      'by tax',
      'by domain',
    ]);
    expect(await namesLike(tier, workspacePk, { registry: 'R1' })).toEqual(['by registry']);
    expect(await namesLike(tier, workspacePk, { legalName: 'd' })).toEqual(['by name']);
    expect(await namesLike(tier, workspacePk, {})).toEqual([]);
  },
};
