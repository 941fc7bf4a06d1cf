import { expect } from 'vitest';
import { findAccountByIban, insertAccount, listCompanyIbans } from '../../../../shared/db/accounts.ts';
import { insertPaymentMeans } from '../../../../shared/db/payment-means.ts';
import { insertCompany, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const add = (tier: Tier, workspacePk: number, iban: string) =>
  tier.inWorkspace(workspacePk, (db) =>
    db.one(insertAccount({ workspacePk, iban, bic: null, accountName: null, ownership: 'counterparty' })),
  );
const find = (tier: Tier, workspacePk: number, iban: string) =>
  tier.inWorkspace(workspacePk, (db) => db.maybeOne(findAccountByIban({ workspacePk, iban })));

export const accountCases: Cases = {
  'an added account is found by its IBAN in its workspace only': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const account = await add(tier, workspacePk, 'XX01');

    expect(await find(tier, workspacePk, 'XX01')).toEqual(account);
    expect(await find(tier, workspacePk, 'XX02')).toBeNull();
    expect(await find(tier, otherPk, 'XX01')).toBeNull();
  },
  'the oldest live account of an IBAN stands': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const [gone, first] = [await add(tier, workspacePk, 'XX03'), await add(tier, workspacePk, 'XX03')];
    await add(tier, workspacePk, 'XX03');
    await tier.client.query('update accounts set deleted_at = now() where pk = $1', [gone.pk]);

    expect(await find(tier, workspacePk, 'XX03')).toEqual(first);
  },
  'the IBANs of a company are listed once each, in order': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: companyPk } = await insertCompany(tier.client, workspacePk);
    const { pk: otherCompanyPk } = await insertCompany(tier.client, workspacePk);
    const [b, a, c] = [
      await add(tier, workspacePk, 'XX12'),
      await add(tier, workspacePk, 'XX11'),
      await add(tier, workspacePk, 'XX13'),
    ];
    await tier.inWorkspace(workspacePk, async (db) => {
      for (const { pk } of [b, a, b])
        await db.one(insertPaymentMeans({ workspacePk, accountPk: pk, companyPk }));
      await db.one(insertPaymentMeans({ workspacePk, accountPk: c.pk, companyPk: otherCompanyPk }));
    });

    const rows = await tier.inWorkspace(workspacePk, (db) =>
      db.any(listCompanyIbans({ workspacePk, companyPk })),
    );

    expect(rows).toEqual([{ iban: 'XX11' }, { iban: 'XX12' }]);
  },
};
