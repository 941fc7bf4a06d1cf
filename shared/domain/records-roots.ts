import type { EntityType } from './enrichment-types.ts';

/** Kinds of values that the columns of a record hold. A date has no time; `decimal` is money or a quantity. */
export type FieldType = 'text' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'boolean';

/** One record related to another by a foreign key: `issuer` of an invoice is a company. */
export interface Relation {
  root: RecordRoot;
  /** Column of the record that holds the `pk` of the other. */
  key: string;
}

/** What people call a kind of record, and what may be read of it. */
export interface RootDefinition {
  /** `entity_type` of tasks about one of its records. */
  entityType: keyof typeof targetTables;
  /** Readable columns; whatever is not named here cannot be read. */
  fields: Readonly<Record<string, FieldType>>;
  relations: Readonly<Record<string, Relation>>;
  /** Column with the currency of its amounts. */
  currency: string | null;
}

/**
 * Where the records live that a task may point at: the one map between `entity_type`, its table and its public id.
 * A month and a counterparty in a month are no rows: their ids are made from what they name.
 */
export const targetTables = {
  company: { table: 'companies', id: 'company_id' },
  person: { table: 'peoples', id: 'person_id' },
  invoice: { table: 'invoices', id: 'invoice_id' },
  document: { table: 'documents', id: 'document_id' },
  transaction: { table: 'transactions', id: 'transaction_id' },
  account: { table: 'accounts', id: 'account_id' },
  provider: { table: 'providers', id: 'provider_id' },
  workspace: { table: 'workspaces', id: 'workspace_id' },
  month: null,
  company_month: null,
} as const satisfies Record<EntityType, { table: string; id: string } | null>;

/** The records that columns and rules of users are about, by the plural that callers name. */
export const recordRoots = [
  'companies',
  'people',
  'invoices',
  'transactions',
  'documents',
  'accounts',
] as const;
export type RecordRoot = (typeof recordRoots)[number];

const stamps = { created_at: 'timestamp', updated_at: 'timestamp' } as const;

/**
 * The one map from a records root to its entity type and to what may be read of a record: statements take their
 * identifiers from here and from nowhere else.
 */
export const roots = {
  companies: {
    entityType: 'company',
    currency: null,
    fields: {
      name: 'text',
      description: 'text',
      domain: 'text',
      domain_normalized: 'text',
      registered_name: 'text',
      trade_name: 'text',
      tax_id_value: 'text',
      tax_id_type: 'text',
      registered_value: 'text',
      registry_name: 'text',
      registry_country: 'text',
      establishment_no: 'text',
      business_type: 'text',
      locale: 'text',
      entity_kind: 'text',
      company_origin: 'text',
      ...stamps,
    },
    relations: { parent: { root: 'companies', key: 'parent_company_pk' } },
  },
  people: {
    entityType: 'person',
    currency: null,
    fields: {
      full_name: 'text',
      first_name: 'text',
      last_name: 'text',
      job_title: 'text',
      external_person_id: 'text',
      ...stamps,
    },
    relations: {},
  },
  invoices: {
    entityType: 'invoice',
    currency: 'local_currency',
    fields: {
      status: 'text',
      payment_status: 'text',
      issue_date: 'date',
      due_date: 'date',
      grand_total: 'decimal',
      items_total: 'decimal',
      tax_total: 'decimal',
      local_currency: 'text',
      paid_amount: 'decimal',
      balance_due: 'decimal',
      last_payment_allocation_date: 'date',
      reference_number: 'text',
      invoice_number: 'text',
      document_type_code: 'text',
      terms: 'text',
      billing_context: 'text',
      description: 'text',
      accounting_grand_total: 'decimal',
      accounting_items_total: 'decimal',
      accounting_tax_total: 'decimal',
      accounting_currency: 'text',
      shadow_from_receipt: 'boolean',
      ...stamps,
    },
    relations: {
      issuer: { root: 'companies', key: 'issuer_pk' },
      receiver: { root: 'companies', key: 'receiver_pk' },
      document: { root: 'documents', key: 'document_pk' },
    },
  },
  transactions: {
    entityType: 'transaction',
    currency: 'instructed_currency',
    fields: {
      transaction_external_id: 'text',
      type: 'text',
      status: 'text',
      scheme: 'text',
      instructed_amount: 'decimal',
      instructed_currency: 'text',
      settlement_amount: 'decimal',
      settlement_currency: 'text',
      fees_amount: 'decimal',
      fees_currency: 'text',
      remittance_unstructured: 'text',
      end_to_end_id: 'text',
      booking_date: 'date',
      value_date: 'date',
      executed_at: 'timestamp',
      requested_execution_date: 'date',
      category_normalized: 'text',
      category_key: 'text',
      category_status: 'text',
      category_source: 'text',
      category_confidence: 'decimal',
      ...stamps,
    },
    relations: {},
  },
  documents: {
    entityType: 'document',
    currency: null,
    fields: {
      filename: 'text',
      type: 'text',
      size: 'integer',
      document_type: 'text',
      processing_status: 'text',
      processing_stage: 'text',
      uploaded_at: 'timestamp',
      ...stamps,
    },
    relations: {},
  },
  accounts: {
    entityType: 'account',
    currency: 'currency',
    fields: {
      account_name: 'text',
      currency: 'text',
      type: 'text',
      ownership: 'text',
      iban: 'text',
      bic: 'text',
      account_number: 'text',
      ...stamps,
    },
    relations: {},
  },
} as const satisfies Record<RecordRoot, RootDefinition>;

/** What may be read of a record of this root. */
export const rootOf = (root: RecordRoot): RootDefinition => roots[root];

/** The root whose records a task of this entity type is about; null for what is no record of a user. */
export const rootOfEntity = (entityType: string): RecordRoot | null =>
  recordRoots.find((root) => roots[root].entityType === entityType) ?? null;

/** Every readable field of a root by its path, one level of relations included: `grand_total`, `issuer.name`. */
export const fieldPaths = (root: RecordRoot): Map<string, FieldType> => {
  const { fields, relations } = rootOf(root);
  return new Map([
    ...Object.entries(fields),
    ...Object.entries(relations).flatMap(([name, relation]) =>
      Object.entries(rootOf(relation.root).fields).map(([field, type]): [string, FieldType] => [
        `${name}.${field}`,
        type,
      ]),
    ),
  ]);
};
