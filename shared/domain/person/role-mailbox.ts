import { foldText } from '../names.ts';

/** Shared mailboxes by what stands before the @, alone or with more behind it: `billing-eu`, `info2`. */
const roles = new Set(
  (
    'info infos information contact contacts kontakt contacto contatto hello hallo hola bonjour ciao ' +
    'billing invoice invoices invoicing accounting accountspayable accountsreceivable payable receivables ' +
    'compta comptabilite facturation facture factures buchhaltung rechnung rechnungen rechnungswesen fibu ' +
    'contabilidad facturacion facturas contabilita amministrazione fatture fatturazione administratie boekhouding ' +
    'facturen crediteuren debiteuren finance finances finanzen treasury payments paiement zahlung ' +
    'support help helpdesk customerservice kundenservice kundendienst klantenservice serviceclient sav ' +
    'sales vertrieb ventes ventas vendite verkoop verkauf commercial orders order bestellung commande commandes ' +
    'admin administrator administration administracion webmaster postmaster hostmaster root abuse security ' +
    'noreply donotreply nepasrepondre mailer daemon bounce bounces notification notifications notify alert alerts ' +
    'newsletter news marketing press presse media jobs careers karriere recrutement recruiting hr ' +
    'reception accueil secretariat sekretariat secretaria zentrale legal privacy datenschutz dpo gdpr rgpd compliance ' +
    'procurement purchasing einkauf achats compras acquisti inkoop documents documentos belege scan scanner'
  ).split(' '),
);
/** Words that are names too: a shared mailbox only when nothing else stands there. */
const rolesAlone = new Set(
  'office mail email post team shop service services direction direktion ap ar it welcome staff account accounts me all'.split(
    ' ',
  ),
);

/** Whether an address is a shared mailbox or a machine's, which tells about nobody. */
export const isRoleMailbox = (email: string): boolean => {
  const local = foldText(email.replace(/@[^@]*$/, ''));
  const whole = local.replace(/[\s\d]/g, '');
  if (/noreply|donotreply|nepasrepondre|nichtantworten/.test(whole)) return true;
  const [first = ''] = local.split(' ');
  return roles.has(whole) || rolesAlone.has(whole) || roles.has(first.replace(/\d/g, ''));
};
