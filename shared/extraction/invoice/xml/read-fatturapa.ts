import { amountAt, compactAt, dateAt, type Fact, type Facts, textAt } from './facts.ts';
import { elements, firstElement, type XmlElement } from './tree.ts';

const joined = (glue: string, ...facts: (Fact | undefined)[]): Fact | undefined => {
  const found = facts.filter((fact) => fact !== undefined);
  const [first] = found;
  return first && { value: found.map(({ value }) => value).join(glue), at: first.at };
};

const partyFacts = (role: string, party: XmlElement | undefined): Facts => {
  const data = firstElement(party, 'DatiAnagrafici');
  const identity = firstElement(data, 'Anagrafica');
  const code = textAt(data, 'IdFiscaleIVA/IdCodice');
  return [
    // A person has two names where a company has one.
    [
      `${role}.name`,
      textAt(identity, 'Denominazione') ?? joined(' ', textAt(identity, 'Nome'), textAt(identity, 'Cognome')),
    ],
    [`${role}.vat_id`, code && joined('', textAt(data, 'IdFiscaleIVA/IdPaese'), code)],
    [`${role}.tax_number`, textAt(data, 'CodiceFiscale')],
    [`${role}.registration_id`, textAt(party, 'IscrizioneREA/NumeroREA')],
    [`${role}.country`, textAt(party, 'Sede/Nazione')],
    [`${role}.postal_code`, textAt(party, 'Sede/CAP')],
    [`${role}.city`, textAt(party, 'Sede/Comune')],
    [`${role}.email`, textAt(party, 'Contatti/Email')],
    // It has no element for a person's name.
    [`${role}.contact_email`, textAt(party, 'Contatti/Email')],
    [`${role}.contact_phone`, textAt(party, 'Contatti/Telefono')],
  ];
};

const itemFacts = (line: XmlElement, index: number): Facts => [
  [`items.${index}.id`, textAt(line, 'NumeroLinea')],
  [`items.${index}.description`, textAt(line, 'Descrizione')],
  [`items.${index}.quantity`, amountAt(line, 'Quantita')],
  [`items.${index}.unit_code`, textAt(line, 'UnitaMisura')],
  [`items.${index}.unit_price`, amountAt(line, 'PrezzoUnitario')],
  [`items.${index}.total`, amountAt(line, 'PrezzoTotale')],
  [`items.${index}.vat_rate`, amountAt(line, 'AliquotaIVA')],
];

const taxFacts = (tax: XmlElement, index: number): Facts => [
  [`taxes.${index}.category`, textAt(tax, 'Natura')],
  [`taxes.${index}.rate`, amountAt(tax, 'AliquotaIVA')],
  [`taxes.${index}.basis`, amountAt(tax, 'ImponibileImporto')],
  [`taxes.${index}.amount`, amountAt(tax, 'Imposta')],
];

/** What the first document of a FatturaElettronica states; a file may bundle several of one supplier. */
export const readFatturaPa = (root: XmlElement): Facts => {
  const header = firstElement(root, 'FatturaElettronicaHeader');
  const body = firstElement(root, 'FatturaElettronicaBody');
  const general = firstElement(body, 'DatiGenerali/DatiGeneraliDocumento');
  const payments = elements(body, 'DatiPagamento/DettaglioPagamento');

  return [
    ['profile', textAt(header, 'DatiTrasmissione/FormatoTrasmissione')],
    ['document_type_code', textAt(general, 'TipoDocumento')],
    ['invoice_number', textAt(general, 'Numero')],
    ['issue_date', dateAt(general, 'Data')],
    ['due_date', dateAt(payments[0], 'DataScadenzaPagamento')],
    ['currency', textAt(general, 'Divisa')],
    ...partyFacts('supplier', firstElement(header, 'CedentePrestatore')),
    ...partyFacts('customer', firstElement(header, 'CessionarioCommittente')),
    ['payee_name', textAt(payments[0], 'Beneficiario')],
    ...payments.map((payment): Facts[number] => ['ibans', compactAt(payment, 'IBAN')]),
    ['bic', compactAt(payments[0], 'BIC')],
    ['payment_reference', textAt(payments[0], 'CodicePagamento')],
    ['purchase_order', textAt(body, 'DatiGenerali/DatiOrdineAcquisto/IdDocumento')],
    ['total_amount', amountAt(general, 'ImportoTotaleDocumento')],
    // Instalments are several payments; only a single one states what is due.
    ['amount_due', payments.length === 1 ? amountAt(payments[0], 'ImportoPagamento') : undefined],
    ...elements(body, 'DatiBeniServizi/DatiRiepilogo').flatMap(taxFacts),
    ...elements(body, 'DatiBeniServizi/DettaglioLinee').flatMap(itemFacts),
  ];
};
