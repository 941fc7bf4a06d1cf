import { type Candidate, choose } from './choose.ts';
import { findDates } from './dates.ts';
import { spotsNear } from './near.ts';
import type { Sheet } from './sheet.ts';

const ORDER =
  /\b(?:(?:purchase )?order|po|bestell|auftrags?|commande|ordine|pedido|bestel)[ -]?(?:nummer|number|numero|nr|no|n°|num|#)\b\.?|\b(?:your order|ihre bestellung|votre commande|votre reference|uw bestelling|p\.?o\.? ?number)\b|^bestellung\b|\border(?:nummer)\b/;
const BUYER =
  /\b(?:referenz des kaufers|buyer reference|leitweg-?id|code service|ihr zeichen|your reference|uw referentie)\b/;
const PAYMENT =
  /\b(?:verwendungszweck|payment reference|remittance information|zahlungsreferenz|betalingskenmerk|communication|causale|reference (?:de )?(?:paiement|virement)|bei zahlung angeben\)?)/;

const referenceNear = (sheet: Sheet, label: RegExp): Candidate | null =>
  choose(
    spotsNear(sheet, label, { right: 1, below: 1 }).flatMap((spot): Candidate[] => {
      const value = spot.text.trim();
      const fits =
        value.length <= 40 && /\d/.test(value) && !/[:€$]|\.\s/.test(value) && value.split(/\s+/).length <= 7;
      if (!fits || findDates(value, 'day-first').length > 0) return [];
      return [
        {
          value,
          score: 0.8 - 0.2 * spot.steps - spot.label.row / 1000,
          basis: 'labelled',
          segment: spot.segment,
        },
      ];
    }),
    0,
  );

/** The references beside their labels: purchase order, buyer reference, payment reference. */
export const readReferences = (sheet: Sheet): Record<string, Candidate | null> => ({
  purchase_order: referenceNear(sheet, ORDER),
  buyer_reference: referenceNear(sheet, BUYER),
  payment_reference: referenceNear(sheet, PAYMENT),
});
