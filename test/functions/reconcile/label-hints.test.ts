import { describe, expect, it } from 'vitest';
import { readHints } from '../../../functions/reconcile/label-hints.ts';

describe('readHints', () => {
  it.each([
    ['PAYPAL *CORVANTA', ''],
    ['SQ *CAFE LUMEN', ''],
    ['CB SUMUP*LUMEN', ''],
    ['REF 120', 'Stripe Payments Europe'],
  ])('sees an intermediary in "%s" from "%s"', (label, name) => {
    expect(readHints(label, name).intermediary).toBe(true);
  });

  it.each(['CORVANTA 3*2 SETS', 'VIR CORVANTA', 'Likewise Partners'])('sees none in "%s"', (label) => {
    expect(readHints(label, '').intermediary).toBe(false);
  });

  it.each([
    'VIR SALAIRES MARS',
    'GEHALT 03/2026',
    'VIREMENT INTERNE',
    'RETRAIT DAB 1234',
    'Übertrag Sparkonto',
    'KONTOFÜHRUNG',
  ])('sees no invoice behind "%s"', (label) => {
    expect(readHints(label, '').noInvoice).toBe(true);
  });

  it.each(['FACTURE 120', 'Rechnung 44', 'Bonlohner Technik'])('sees one behind "%s"', (label) => {
    expect(readHints(label, '').noInvoice).toBe(false);
  });
});
