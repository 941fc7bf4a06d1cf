import { foldText } from '../../shared/domain/names.ts';

// Names under which money moves on behalf of someone else: what the name says is about the go-between, not the
// counterparty. Card networks and wallets print `NAME *MERCHANT`, which the pattern below finds for the rest.
const INTERMEDIARIES = new Set(
  'paypal stripe sumup adyen mollie klarna gocardless worldline worldpay payoneer wise transferwise square zettle izettle checkout paddle fastspring braintree payplug lemonway mangopay alipay ogone sofort giropay twint bancontact payu paysafe revolut'.split(
    ' ',
  ),
);

/** Movements that no invoice stands behind: wages, taxes, moves between own accounts, bank charges, cash. */
const NO_INVOICE =
  /\b(salaire|salaires|salary|salaries|payroll|wages|gehalt|gehaelter|gehalter|lohn|lohne|loehne|nomina|stipendio|stipendi|salaris|lonen|urssaf|dgfip|finanzamt|hmrc|impot|impots|belastingdienst|virement interne|vir interne|compte a compte|internal transfer|own transfer|own account|between accounts|umbuchung|eigenubertrag|ubertrag|kontoubertrag|treasury transfer|sweep|epargne|savings|retrait dab|retrait|atm|cash withdrawal|bargeldauszahlung|geldautomat|frais bancaires|frais tenue|commission bancaire|bank fee|bank fees|bank charges|account fee|kontofuhrung|kontofuehrung|entgeltabrechnung|interets|zinsen|interest)\b/;

const FEE =
  /\b(fee|fees|frais|gebuhr|gebuhren|gebuehr|charges|charge|commission|commissions|spesen|kosten|entgelt|sha|our|ben)\b/;

export interface LabelHints {
  intermediary: boolean;
  noInvoice: boolean;
  fee: boolean;
}

/** What words of a movement say about its nature, whoever the counterparty is. */
export const readHints = (label: string, name: string): LabelHints => {
  const folded = foldText(label);
  const words = foldText(`${name} ${label}`).split(' ');
  return {
    intermediary:
      words.some((word) => INTERMEDIARIES.has(word)) || /^\s*(\S+ )?\p{L}{2,12} ?\*\s?\S/u.test(label),
    noInvoice: NO_INVOICE.test(folded),
    fee: FEE.test(folded),
  };
};
