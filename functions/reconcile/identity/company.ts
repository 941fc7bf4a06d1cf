import {
  type CompanyRecord,
  findCompanyRecord,
  findCompanyTies,
  listCompanyTwins,
  lockCompanyRecords,
} from '../../../shared/db/company-identity.ts';
import {
  canonicalDomain,
  canonicalLegalName,
  canonicalNumber,
  companyDomain,
} from '../../../shared/domain/canonical.ts';
import type { IdentityRecord } from './compare-records.ts';
import type { IdentityKey } from './keys.ts';
import type { IdentityKind } from './kinds.ts';

/** Two letters in front make it a VAT number, whatever its type is said to be. */
const taxKind = (id: string, type: string | null) => (/^[A-Z]{2}/.test(id) ? 'vat' : type);

/** A mail host that anybody can use says nothing about a company, even when somebody wrote it down as its domain. */
const isOwnDomain = (domain: string) => companyDomain(`x@${domain}`) !== null;

const keysOf = (row: CompanyRecord): IdentityKey[] => {
  const { canonical_tax_id: taxId, canonical_registry: registry, domain_normalized: domain } = row;
  const name = row.canonical_legal_name;
  return [
    ...(taxId ? [{ kind: 'tax_id', value: taxId, scope: [taxKind(taxId, row.tax_id_type)] } as const] : []),
    ...(registry
      ? [
          {
            kind: 'registry',
            value: registry,
            scope: [row.registry_country, row.registry_name?.toLowerCase() ?? null],
            part: row.establishment_no,
          } as const,
        ]
      : []),
    ...(domain && isOwnDomain(domain) ? [{ kind: 'domain', value: domain } as const] : []),
    ...(name ? [{ kind: 'legal_name', value: name } as const] : []),
  ];
};

/** A company as identity matching sees it. */
export function companyRecord({ pk, company_id, created_at, ...fields }: CompanyRecord): IdentityRecord {
  const { registered_name, name, trade_name } = fields;
  return {
    ...{ pk, id: company_id, created_at, currency: null, fields },
    names: [registered_name ?? name, name, trade_name].filter((each) => each !== null),
    keys: keysOf({ pk, company_id, created_at, ...fields }),
  };
}

/** The canonical columns for what is in the others; a key without a value to make it from stays. */
export function recanonicalise(fields: IdentityRecord['fields']): Record<string, string | null> {
  const from = (column: string, key: string, canonical: (text: string) => string | null) => {
    const value = fields[column];
    const standing = fields[key];
    return typeof value === 'string' && value !== ''
      ? canonical(value)
      : typeof standing === 'string'
        ? standing
        : null;
  };
  return {
    canonical_legal_name: canonicalLegalName(String(fields.registered_name || fields.name)),
    canonical_tax_id: from('tax_id_value', 'canonical_tax_id', canonicalNumber),
    canonical_registry: from('registered_value', 'canonical_registry', canonicalNumber),
    domain_normalized: from('domain', 'domain_normalized', canonicalDomain),
  };
}

export const companyKind: IdentityKind = {
  type: 'company',
  table: 'companies',
  meansColumn: 'company_pk',
  // The first of each group decides: an identifier never comes from one record and its country from the other.
  groups: [
    ['description'],
    ['domain', 'domain_normalized'],
    ['registered_name'],
    ['trade_name'],
    ['tax_id_value', 'tax_id_type', 'canonical_tax_id'],
    ['registered_value', 'registry_name', 'registry_country', 'establishment_no', 'canonical_registry'],
    // Keys that nothing else was kept of.
    ['canonical_tax_id'],
    ['canonical_registry'],
    ['domain_normalized'],
    ['business_type'],
    ['locale'],
    ['entity_kind'],
    ['company_origin'],
  ],
  derive: recanonicalise,

  async find(db, { workspacePk, id }) {
    const row = await db.maybeOne(findCompanyRecord({ workspacePk, companyId: id }));
    return row && companyRecord(row);
  },
  async listTwins(db, { workspacePk, record: { pk, fields, keys } }) {
    const known = (kind: IdentityKey['kind'], column: string) =>
      keys.some((key) => key.kind === kind) ? String(fields[column]) : null;
    const rows = await db.any(
      listCompanyTwins({
        workspacePk,
        pk,
        keys: {
          canonical_tax_id: known('tax_id', 'canonical_tax_id'),
          domain_normalized: known('domain', 'domain_normalized'),
          canonical_registry: known('registry', 'canonical_registry'),
          canonical_legal_name: known('legal_name', 'canonical_legal_name'),
        },
      }),
    );
    return rows.map(companyRecord);
  },
  async lock(db, { workspacePk, ids }) {
    return (await db.any(lockCompanyRecords({ workspacePk, companyIds: ids }))).map(companyRecord);
  },
  async findTies(db, { workspacePk, left, right }) {
    const ties = await db.one(findCompanyTies({ workspacePk, leftPk: left.pk, rightPk: right.pk }));
    return [
      ...(ties.one_owns_the_other ? ['parent'] : []),
      ...(ties.one_billed_the_other ? ['invoice_between'] : []),
    ];
  },
};
