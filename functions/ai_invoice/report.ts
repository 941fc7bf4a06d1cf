import type { InvoiceRow } from '../../shared/db/invoices.ts';
import type { FieldWrites } from '../../shared/domain/field-writes.ts';
import { afterInvoiceRead } from '../../shared/domain/follow-up-map.ts';
import { awaitingApproval, completed, type Outcome, type Provenance } from '../../shared/domain/outcomes.ts';
import type { PaymentPosition } from '../../shared/domain/payment-status.ts';
import { headConfidence, pageConflicts, proposedFields } from './invoice-fields.ts';
import { peopleToLookUp, provenanceOfContacts, type RecordedContact } from './record-contacts.ts';
import type { InvoiceJob } from './record-invoice.ts';
import {
  companiesToLookUp,
  type DescribedParties,
  type Party,
  provenanceOfParties,
} from './record-parties.ts';
import type { RecordedPayment } from './record-payment-means.ts';
import { type DecidedSides, proposedSides } from './record-sides.ts';

/** What was written. */
export interface Recorded {
  invoice: InvoiceRow;
  created: boolean;
  sides: DecidedSides;
  fields: FieldWrites;
  items: Pick<FieldWrites, 'write' | 'skipped'>;
  payment: RecordedPayment;
  position: PaymentPosition | { halt: string };
  parties: Party[];
  contacts: RecordedContact[];
  described: DescribedParties;
}

/** The outcome: done, or done as far as it is safe and put before a person for the rest. */
export function report(job: InvoiceJob, recorded: Recorded): Outcome {
  const { understood, mapped, ownCompanyPk } = job;
  const { invoice, sides, fields, items, payment, position, parties, contacts, described } = recorded;
  const entity = { entity_type: 'invoice', entity_id: invoice.invoice_id } as const;
  const written = [...sides.written.write, ...fields.write, ...items.write];
  const output = {
    invoice_id: invoice.invoice_id,
    created: recorded.created,
    structured_extraction_id: understood.structuredId,
    cached: understood.cached,
    field_confidence: headConfidence(understood.invoice),
    flags: [...understood.invoice.flags, ...mapped.flags],
    parties: described,
    applied: written.map(({ field }) => field),
    skipped: [...sides.written.skipped, ...fields.skipped, ...items.skipped],
    payment: 'halt' in position ? { halt: position.halt } : { payment_status: position.payment_status },
    model: understood.model,
  };
  const extras = {
    provenance: [
      ...written.map(
        ({ field, source, confidence }): Provenance => ({ ...entity, field, source, confidence }),
      ),
      ...provenanceOfParties(parties),
      ...provenanceOfContacts(contacts),
      ...payment.provenance,
    ],
    followUps: afterInvoiceRead(invoice.invoice_id, {
      companies: companiesToLookUp(parties, ownCompanyPk),
      people: peopleToLookUp(contacts),
    }),
  };

  const proposed = proposedFields(fields, mapped);
  const review = reviewOf(job, recorded, proposed);
  if (review.length === 0) return completed(output, extras);
  const conflicts = [
    ...sides.conflicts,
    ...fields.conflicts,
    ...pageConflicts(understood.invoice),
    ...accountConflict(job, payment),
  ];
  return awaitingApproval(
    {
      ...output,
      review,
      conflicts,
      proposal: { ...entity, fields: { ...proposed, ...proposedSides(sides.conflicts) } },
    },
    extras,
  );
}

/** Why a person has to look; empty when nobody has to. */
const reviewOf = (
  { understood }: InvoiceJob,
  { sides, fields, payment }: Recorded,
  proposed: Record<string, string>,
): string[] => [
  ...(sides.conflicts.length + fields.conflicts.length > 0 ? ['user_value'] : []),
  ...(Object.keys(proposed).length > fields.conflicts.length ? ['low_confidence'] : []),
  ...(understood.invoice.conflicts.length > 0 ? ['xml_and_page_differ'] : []),
  ...(payment.unknownAccount ? ['unknown_account'] : []),
  ...(understood.modelRefused ? ['model_answer_invalid'] : []),
];

const accountConflict = ({ mapped }: InvoiceJob, { unknownAccount }: RecordedPayment) =>
  unknownAccount ? [{ field: 'iban', ...unknownAccount, confidence: mapped.payment.confidence }] : [];
