/** What somebody wants to know from a register; what is not known is null. */
export interface RegistryQuestion {
  /** VAT number with its country, letters and digits only. */
  vat_id: string | null;
  /** SIREN or another national register number, letters and digits only. */
  registered_value: string | null;
  name: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  signal: AbortSignal;
}

/** A company as a register has it. */
export interface RegistryRecord {
  /** Whether a number led to it, or only its name. */
  by: 'number' | 'name';
  registered_name: string | null;
  /** As records hold it (`SAS`). */
  legal_form: string | null;
  vat_id: string | null;
  registered_value: string | null;
  country: string;
  address: { street: string | null; postal_code: string | null; city: string | null } | null;
}

/**
 * What a register said. `not_found` is its word that there is no such number; `unknown` means that it could not say
 * now, which is no word about the company at all; `not_asked` that the question is none for this register.
 */
export type RegistryAnswer =
  | { status: 'found'; record: RegistryRecord }
  | { status: 'not_found' }
  | { status: 'unknown'; reason: string }
  | { status: 'not_asked' };

/** A public register of companies. */
export interface CompanyRegistry {
  name: string;
  /** Never rejects but for the signal. */
  look(question: RegistryQuestion): Promise<RegistryAnswer>;
}
