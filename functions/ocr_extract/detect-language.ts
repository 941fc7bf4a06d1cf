/** Languages that can be told apart, as ISO 639-1 codes. */
export const detectableLanguages = ['en', 'fr', 'de', 'nl', 'it', 'es'] as const;
export type DetectableLanguage = (typeof detectableLanguages)[number];

// Labels of business documents and the commonest small words. Accents are left out on both sides: recognition loses
// them first. A word that stands in several lists counts for each of them in part.
const wordsOf: Readonly<Record<DetectableLanguage, string>> = {
  en: `the of and to for is your you our with from this that are by on not please thank
    invoice bill date due number amount total subtotal quantity qty price unit description balance tax payment terms
    customer address shipping order account paid cash change receipt credit note company phone`,
  fr: `le la les des du de et un une en pour par sur votre vous nous notre est avec dans au aux ne pas merci
    facture date echeance numero montant total quantite prix unitaire designation description tva ht ttc reglement
    paiement client adresse livraison commande compte siren siret avoir page solde virement remise conditions`,
  de: `der die das und ein eine einer von zu zum zur fur mit ist auf den dem des im nicht bitte wir sie ihre unsere
    rechnung datum rechnungsdatum rechnungsnummer fallig nummer betrag summe gesamtbetrag menge preis einzelpreis
    beschreibung bezeichnung mwst ust steuer netto brutto zahlung zahlbar kunde kundennummer anschrift lieferung
    bestellung konto gutschrift steuernummer seite ohne uberweisung lieferschein geschaftsfuhrer bankverbindung`,
  nl: `de het een en van voor met is op te in niet uw wij ons naar door bij deze dat graag
    factuur factuurdatum factuurnummer datum vervaldatum nummer bedrag totaal subtotaal aantal prijs stuk omschrijving
    btw betaling klant klantnummer adres levering bestelling rekening creditnota kvk exclusief inclusief betalen`,
  it: `il lo la i gli le di del della dei delle e un una per con da su non si al alla nel vostro nostro grazie
    fattura data scadenza numero importo totale imponibile quantita prezzo unitario descrizione iva pagamento cliente
    indirizzo consegna ordine conto partita codice fiscale bonifico nota credito sconto`,
  es: `el la los las de del y un una para por con en su que no es al se nuestro gracias
    factura fecha vencimiento numero importe total cantidad precio unitario descripcion iva pago cliente direccion
    entrega pedido cuenta nif cif base imponible transferencia abono albaran descuento`,
};

const lexicon = new Map<string, DetectableLanguage[]>();
for (const language of detectableLanguages) {
  for (const word of wordsOf[language].split(/\s+/))
    lexicon.set(word, [...(lexicon.get(word) ?? []), language]);
}

/** Known words from which the share of the best language is believed in full. */
const ENOUGH = 8;

/** The language most words of a text belong to; null and 0 when it has none that is known, or two are level. */
export const detectLanguage = (text: string): { language: DetectableLanguage | null; confidence: number } => {
  const scores = new Map<DetectableLanguage, number>();
  let known = 0;
  for (const word of foldedWords(text)) {
    const languages = lexicon.get(word);
    if (!languages) continue;
    known += 1;
    for (const language of languages)
      scores.set(language, (scores.get(language) ?? 0) + 1 / languages.length);
  }
  const [best, second] = [...scores].sort((a, b) => b[1] - a[1]);
  if (!best || best[1] === second?.[1]) return { language: null, confidence: 0 };
  const lead = best[1] / (best[1] + (second?.[1] ?? 0));
  return { language: best[0], confidence: Math.round(lead * Math.min(1, known / ENOUGH) * 100) / 100 };
};

const foldedWords = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/\p{L}{1,}/gu) ?? [];
