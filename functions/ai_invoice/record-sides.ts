import { findCompany, findCompanyByPk } from '../../shared/db/companies.ts';
import type { InvoiceRow } from '../../shared/db/invoices.ts';
import type { Db } from '../../shared/db/sql.ts';
import {
  decideWrites,
  type FieldState,
  type FieldWrites,
  type SetBy,
} from '../../shared/domain/field-writes.ts';
import type { InvoiceConflict } from './invoice-fields.ts';
import type { PartyDraft } from './party.ts';
import type { Party } from './record-parties.ts';

/** The two sides of an invoice, as fields: who set them is remembered like that of any other. */
export const sides = ['issuer', 'receiver'] as const;
export type Side = (typeof sides)[number];
type SidePks = Pick<InvoiceRow, 'issuer_pk' | 'receiver_pk'>;

export interface DecidedSides {
  /** Companies to write; null leaves what is there. */
  pks: { issuerPk: number | null; receiverPk: number | null };
  written: Pick<FieldWrites, 'write' | 'skipped'>;
  /** A person's choice that the document contradicts; companies by public id. */
  conflicts: InvoiceConflict[];
}

/** By what a company is recognised, the surest first: that is how sure we are of it. */
const recognised = ['tax_id_value', 'registered_value', 'domain', 'name'] as const;

const sureness = ({ setBy }: PartyDraft) =>
  recognised.map((field) => setBy.find((each) => each.field === field)).find((each) => each !== undefined);

/**
 * Whom the document may put on each side of an invoice, by the rules of all fields. That a person chose somebody else
 * is worth asking about only where the parties were asked for: many documents name a side in other words.
 */
export async function decideSides(
  db: Db,
  {
    workspacePk,
    invoice,
    setBy,
    parties,
    force,
    asks,
  }: {
    workspacePk: number;
    invoice: SidePks | null;
    setBy: ReadonlyMap<string, SetBy>;
    parties: Record<Side, Party | null>;
    force: boolean;
    asks: (side: Side) => boolean;
  },
): Promise<DecidedSides> {
  const states = sides.flatMap((side): FieldState[] => {
    const party = parties[side];
    const sure = party && sureness(party.draft);
    if (!sure) return [];
    const { source, confidence } = sure;
    return [
      {
        field: side,
        current: invoice?.[`${side}_pk`] ?? null,
        setBy: setBy.get(side) ?? null,
        proposal: { value: party.company.pk, source, confidence },
      },
    ];
  });
  const { write, skipped, conflicts } = decideWrites(states, { force });
  const pkOf = (side: Side) =>
    write.some(({ field }) => field === side) ? (parties[side]?.company.pk ?? null) : null;
  const asked: InvoiceConflict[] = [];
  for (const side of sides) {
    const conflict = conflicts.find(({ field }) => field === side);
    const proposed = parties[side]?.company.company_id;
    if (!conflict || !proposed || !asks(side)) continue;
    const there = await db.maybeOne(findCompanyByPk({ workspacePk, pk: Number(conflict.current) }));
    const current = there?.company_id ?? null;
    asked.push({ field: side, current, proposed, confidence: conflict.confidence });
  }
  return {
    pks: { issuerPk: pkOf('issuer'), receiverPk: pkOf('receiver') },
    written: { write, skipped },
    conflicts: asked,
  };
}

/** What an approval writes: companies by public id. */
export const proposedSides = (conflicts: readonly InvoiceConflict[]): Record<string, string> =>
  Object.fromEntries(conflicts.map(({ field, proposed }) => [field, String(proposed)]));

/** Whom a person approved for each side, unless something else is there by now. */
export async function approvedSides(
  db: Db,
  {
    workspacePk,
    invoice,
    proposed,
    conflicts,
  }: {
    workspacePk: number;
    invoice: SidePks;
    proposed: Record<string, unknown>;
    conflicts: readonly InvoiceConflict[];
  },
): Promise<{ pks: DecidedSides['pks']; written: Side[] } | { outdated: string }> {
  const pks: DecidedSides['pks'] = { issuerPk: null, receiverPk: null };
  const written: Side[] = [];
  for (const side of sides) {
    const companyId = proposed[side];
    if (typeof companyId !== 'string') continue;
    const company = await db.maybeOne(findCompany({ workspacePk, companyId }));
    if (!company) return { outdated: `The ${side} that was proposed was deleted meanwhile.` };
    const pk = invoice[`${side}_pk`];
    if (pk === company.pk) continue;
    const there = pk === null ? null : await db.maybeOne(findCompanyByPk({ workspacePk, pk }));
    const before = conflicts.find(({ field }) => field === side)?.current ?? null;
    if ((there?.company_id ?? null) !== before)
      return { outdated: `The ${side} of the invoice has been changed meanwhile.` };
    pks[`${side}Pk`] = company.pk;
    written.push(side);
  }
  return { pks, written };
}
