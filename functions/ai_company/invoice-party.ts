import { z } from 'zod';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';

/** The issuer of an invoice as its reading names it; only what was sure. */
export interface InvoiceParty {
  name: string | null;
  trading_name: string | null;
  vat_id: string | null;
  registration_id: string | null;
  country: string | null;
  email: string | null;
}

const Reading = z.looseObject({
  invoice: z.looseObject({
    facts: z.record(
      z.string(),
      z.looseObject({ value: z.union([z.string(), z.number()]), confidence: z.number() }),
    ),
  }),
});

/** The issuers that cached readings name; a reading of another shape names nobody. */
export const suppliersOf = (results: readonly unknown[]): InvoiceParty[] =>
  results.flatMap((result) => {
    const reading = Reading.safeParse(result);
    if (!reading.success) return [];
    const { facts } = reading.data.invoice;
    const sure = (key: string) => {
      const fact = facts[`supplier.${key}`];
      return fact && fact.confidence >= CONFIDENCE_FILL ? String(fact.value) : null;
    };
    return [
      {
        name: sure('name'),
        trading_name: sure('trading_name'),
        vat_id: sure('vat_id'),
        registration_id: sure('registration_id'),
        country: sure('country'),
        email: sure('email'),
      },
    ];
  });
