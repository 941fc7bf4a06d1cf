import { accountKind } from './account.ts';
import { companyKind } from './company.ts';
import type { IdentityKind } from './kinds.ts';
import { personKind } from './person.ts';

const kinds: Readonly<Record<string, IdentityKind>> = {
  company: companyKind,
  person: personKind,
  account: accountKind,
};

/** How records of this type are told apart; null for types that are matched by payments. */
export const identityKindOf = (entityType: string): IdentityKind | null => kinds[entityType] ?? null;
