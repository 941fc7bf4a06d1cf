import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../functions/ocr_extract/detect-language.ts';

describe('detectLanguage', () => {
  it.each([
    [
      'en',
      'Invoice number 12, due date 3 May. Please pay the total amount to our account. Thank you for your order.',
    ],
    [
      'fr',
      'Facture n° 12, date d’échéance : 3 mai. Montant total TTC à régler par virement. Merci de votre commande.',
    ],
    ['de', 'Rechnung Nr. 12, zahlbar bis 3. Mai. Bitte überweisen Sie den Gesamtbetrag auf unser Konto.'],
    ['nl', 'Factuur nummer 12, vervaldatum 3 mei. Graag het totaal bedrag op onze rekening overmaken.'],
    ['it', 'Fattura numero 12, scadenza 3 maggio. Totale da pagare con bonifico sul nostro conto.'],
    [
      'es',
      'Factura número 12, vencimiento 3 de mayo. Importe total a pagar por transferencia a nuestra cuenta.',
    ],
  ])('tells %s by its labels and small words', (language, text) => {
    const detected = detectLanguage(text);

    expect(detected.language).toBe(language);
    expect(detected.confidence).toBeGreaterThan(0.6);
  });

  it('does not need accents, which recognition loses first', () => {
    expect(detectLanguage('Date d echeance, quantite, prix unitaire, reglement').language).toBe('fr');
  });

  it('is less sure of a short text than of a long one', () => {
    const short = detectLanguage('Rechnung');
    const long = detectLanguage('Rechnung Datum Betrag Menge Preis Kunde Lieferung Bestellung Konto Steuer');

    expect(short.confidence).toBeLessThan(long.confidence);
  });

  it.each(['', '12.50 EUR 4711', 'factura'])('names no language for %j', (text) => {
    expect(detectLanguage(text)).toEqual(
      text === 'factura' ? expect.objectContaining({ language: 'es' }) : { language: null, confidence: 0 },
    );
  });
});
