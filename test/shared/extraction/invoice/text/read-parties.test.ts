import { describe, expect, test } from 'vitest';
import { readInvoice } from '../../../../../shared/extraction/invoice/read-invoice.ts';
import { documentText } from '../../../../support/document-text.ts';

const VAT = 'DE136695976';
/** The same with another last digit: its checksum fails. */
const WRONG_VAT = 'DE136695977';
const IBAN = 'DE02 1203 0000 0000 2020 51';

/** A page whose supplier stands nowhere but in the lines given, under no label. */
const supplierOf = (...footer: string[]) => {
  const page = [
    'RECHNUNG',
    '',
    'Rechnungsnummer      RE-2024-017',
    'Rechnungsdatum       05.03.2024',
    '',
    'Summe netto             1.100,00 €',
    'zzgl. 19% USt             209,00 €',
    'Gesamtbetrag            1.309,00 €',
    '',
    ...footer,
  ].join('\n');
  const reading = readInvoice(documentText(page));
  if (reading.status !== 'extracted') throw new Error(reading.code);
  const { value, confidence } = reading.fields['supplier.name'] ?? {};
  return { name: value, confidence };
};

describe('a supplier name without a label', () => {
  const sure = { name: 'Muster Werkzeuge GmbH', confidence: 0.8 };
  const unsure = { ...sure, confidence: 0.5 };

  test.each([
    ['on the line of a right VAT id', [`Muster Werkzeuge GmbH      USt-IdNr.: ${VAT}`]],
    ['on the line of a right IBAN', [`Muster Werkzeuge GmbH      IBAN ${IBAN}`]],
    ['above a right VAT id in one column', ['Muster Werkzeuge GmbH', 'Hauptstr. 1', `USt-IdNr.: ${VAT}`]],
  ])('is as sure as a labelled one %s', (_where, footer) => {
    expect(supplierOf(...footer)).toEqual(sure);
  });

  test.each([
    ['with no identifier', ['Muster Werkzeuge GmbH']],
    ['on the line of a VAT id whose checksum fails', [`Muster Werkzeuge GmbH      USt-IdNr.: ${WRONG_VAT}`]],
    [
      'above a right VAT id of another column',
      ['Muster Werkzeuge GmbH', `${' '.repeat(60)}USt-IdNr.: ${VAT}`],
    ],
    ['far above a right VAT id', ['Muster Werkzeuge GmbH', 'a', 'b', 'c', 'd', 'e', `USt-IdNr.: ${VAT}`]],
    ['below a right VAT id', [`USt-IdNr.: ${VAT}`, 'Muster Werkzeuge GmbH']],
  ])('stays a guess %s', (_where, footer) => {
    expect(supplierOf(...footer)).toEqual(unsure);
  });
});
