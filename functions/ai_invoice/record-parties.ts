import {
  type CompanyIdentity,
  findCompanyByPk,
  insertCounterparty,
  listCompaniesLike,
} from '../../shared/db/companies.ts';
import type { InvoiceRow } from '../../shared/db/invoices.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Provenance } from '../../shared/domain/outcomes.ts';
import { chooseCompany, type PartyDraft } from './party.ts';

/** A side of the invoice as a company of the workspace. */
export interface Party {
  company: CompanyIdentity;
  created: boolean;
  draft: PartyDraft;
}

/** The company that a document names, added when the workspace does not know it; null when it names nobody. */
export async function resolveParty(
  db: Db,
  workspacePk: number,
  draft: PartyDraft | null,
): Promise<Party | null> {
  if (!draft) return null;
  const known = chooseCompany(await db.any(listCompaniesLike({ workspacePk, ...draft.keys })), draft);
  if (known) return { company: known, created: false, draft };
  const company = await db.one(insertCounterparty({ workspacePk, company: draft.company }));
  return { company, created: true, draft };
}

export interface DescribedParties {
  issuer_id: string | null;
  receiver_id: string | null;
  created: string[];
  /** People whom the counterparties name to be asked. */
  contacts: string[];
  polarity: 'payable' | 'receivable' | 'unknown';
}

/** The invoice's sides by public id, and which of them is the workspace itself. */
export async function describeParties(
  db: Db,
  {
    workspacePk,
    ownCompanyPk,
    invoice: { issuer_pk, receiver_pk },
    parties,
    contacts,
  }: {
    workspacePk: number;
    ownCompanyPk: number | null;
    invoice: Pick<InvoiceRow, 'issuer_pk' | 'receiver_pk'>;
    parties: readonly Party[];
    contacts: readonly { person: { person_id: string } }[];
  },
): Promise<DescribedParties> {
  const idOf = async (pk: number | null) =>
    pk === null ? null : ((await db.maybeOne(findCompanyByPk({ workspacePk, pk })))?.company_id ?? null);
  const polarity = () => {
    if (ownCompanyPk === null) return 'unknown';
    if (receiver_pk === ownCompanyPk) return 'payable';
    return issuer_pk === ownCompanyPk ? 'receivable' : 'unknown';
  };
  return {
    issuer_id: await idOf(issuer_pk),
    receiver_id: await idOf(receiver_pk),
    created: parties.filter(({ created }) => created).map(({ company }) => company.company_id),
    contacts: contacts.map(({ person }) => person.person_id),
    polarity: polarity(),
  };
}

/** Who said each field of the companies that were added. */
export const provenanceOfParties = (parties: readonly Party[]): Provenance[] =>
  parties
    .filter(({ created }) => created)
    .flatMap(({ company, draft }) =>
      draft.setBy.map((setBy) => ({
        entity_type: 'company' as const,
        entity_id: company.company_id,
        ...setBy,
      })),
    );

/** Counterparties that are new, or known by little more than their name, with what the document says of them. */
export const companiesToLookUp = (parties: readonly Party[], ownCompanyPk: number | null) =>
  [...new Map(parties.map((party) => [party.company.pk, party])).values()]
    .filter(({ company, created }) => company.pk !== ownCompanyPk && (created || isThin(company)))
    .map(({ company, draft }) => ({
      companyId: company.company_id,
      hints: {
        name: draft.company.name,
        domain: draft.company.domain_normalized,
        tax_id: draft.company.tax_id_value,
        country: draft.company.registry_country,
      },
    }));

const isThin = ({ canonical_tax_id, domain_normalized }: CompanyIdentity) =>
  canonical_tax_id === null && domain_normalized === null;
