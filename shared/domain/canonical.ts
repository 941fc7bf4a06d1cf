import { getDomain } from 'tldts';
import { nameWords } from './names.ts';

/** The form of company names, tax ids, register numbers and domains that identity is compared by. */

/** Longest key that is kept: a btree index refuses rows over 2.7 KB. */
const KEY_MAX = 300;

/** The name upper-cased without legal form, accents and punctuation; null when nothing is left. */
export const canonicalLegalName = (name: string): string | null =>
  nameWords(name).join(' ').toUpperCase().slice(0, KEY_MAX) || null;

/** Letters and digits only, upper-cased; null when nothing is left. For tax ids and register numbers alike. */
export const canonicalNumber = (text: string): string | null =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, KEY_MAX) || null;

/** The registrable domain of a host, URL or e-mail address (`https://www.shop.example.co.uk/x` → `example.co.uk`). */
export const canonicalDomain = (text: string): string | null =>
  getDomain(text.trim().toLowerCase().replace(/^.*@/, ''), { allowPrivateDomains: true });

/** Hosts where anybody can have a mailbox: their domain says nothing about a company. */
const freeMail = new Set(
  (
    'gmail.com googlemail.com outlook.com outlook.fr outlook.de hotmail.com hotmail.fr hotmail.de hotmail.it hotmail.es ' +
    'hotmail.co.uk live.com live.fr live.nl msn.com yahoo.com yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.co.uk ymail.com ' +
    'icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de mail.de ' +
    'posteo.de mailbox.org proton.me protonmail.com tutanota.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net ' +
    'neuf.fr bbox.fr libero.it virgilio.it alice.it tiscali.it tin.it pec.it telefonica.net terra.es ziggo.nl kpnmail.nl ' +
    'xs4all.nl hetnet.nl planet.nl telenet.be skynet.be proximus.be bluewin.ch zoho.com fastmail.com mail.com yandex.com ' +
    'mail.ru qq.com 163.com 126.com'
  ).split(' '),
);

/** The domain of a company from an e-mail address; null for a mail host that anybody can use. */
export const companyDomain = (email: string): string | null => {
  if (!email.includes('@')) return null;
  const domain = canonicalDomain(email);
  return domain === null || freeMail.has(domain) ? null : domain;
};
