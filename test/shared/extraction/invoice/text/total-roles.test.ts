import { expect, test } from 'vitest';
import { isTaxSummary, roleOfLabel } from '../../../../../shared/extraction/invoice/text/total-roles.ts';

test.each([
  ['grand total', 'total'],
  ['total ttc', 'total'],
  ['rechnungssumme brutto (inkl. ust.)', 'total'],
  ['bruttosumme', 'total'],
  ['totaal incl. btw', 'total'],
  ['totale fattura', 'total'],
  ['importe total', 'total'],
  ['total sales (inclusive of gst)', 'total'],
  ['total rounded', 'rounded'],
  ['rounding adj', 'rounding'],
  ['total ht', 'net'],
  ['summe netto', 'net'],
  ['rechnungssumme ohne ust.', 'net'],
  ['total (excluding gst)', 'net'],
  ['exclusief btw', 'net'],
  ['subtotal', 'lines'],
  ['zwischensumme', 'lines'],
  ['total gst', 'tax'],
  ['total includes 6% gst', 'tax'],
  ['tva 20%', 'tax'],
  ['steuerbetrag', 'tax'],
  ['solde a payer', 'due'],
  ['balance due', 'due'],
  ['te betalen', 'due'],
  ['bereits bezahlt', 'paid'],
  ['cash tendered', 'paid'],
  ['wechselgeld', 'change'],
  ['total qty', 'none'],
  ['gesamtbetrag der zuschlage', 'none'],
  ['total discount', 'none'],
] as const)('%s names %s', (label, role) => {
  expect(roleOfLabel(label)?.role).toBe(role);
});

test.each(['blue widget', 'gst reg no', 'page', ''])('%j names no sum', (label) => {
  expect(roleOfLabel(label)).toBeNull();
});

test('a heading of the tax breakdown is told from a total', () => {
  expect(isTaxSummary('gst summary')).toBe(true);
  expect(isTaxSummary('umsatzsteueraufschlusselung')).toBe(true);
  expect(isTaxSummary('grand total')).toBe(false);
});
