// The full metadata: the small one knows neither whether a number is assigned nor whether it is a mobile one.
import {
  type CountryCode,
  findPhoneNumbersInText,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { foldText } from '../names.ts';

/** A telephone number, and what kind of line it is. */
export interface Phone {
  /** E.164. */
  number: string;
  label: 'mobile' | 'work' | 'home' | 'other';
}

/** Only a country knows what a number without one means; ISO 3166-1 alpha-2. */
const countryOf = (country: string | null): { defaultCountry?: CountryCode } =>
  country !== null && isSupportedCountry(country) ? { defaultCountry: country } : {};

const phoneOf = (number: PhoneNumber, saysMobile: boolean): Phone => ({
  number: number.number,
  label: saysMobile || number.getType() === 'MOBILE' ? 'mobile' : 'work',
});

/** The number that a text is, and nothing else; null when it is none that can be called. */
export function readPhone(text: string, country: string | null): Phone | null {
  const number = parsePhoneNumberFromString(text.trim(), { ...countryOf(country), extract: false });
  return number?.isValid() ? phoneOf(number, false) : null;
}

const MOBILE = /(?:^| )(?:mobile?|mob|mobil|m|c|cell|cellphone|cellulare|handy|gsm|portable|movil|whatsapp)$/;
const PHONE =
  /(?:^| )(?:tel|telephone|telefon|telefoon|telefono|phone|ph|p|t|fon|office|bureau|buro|direct|direkt|durchwahl|d|ddi|o|ligne directe)$/;
/** Lines of machines and of front desks reach nobody in particular. */
const NOT_THEIRS =
  /(?:^| )(?:fax|telefax|telecopie|f|standard|switchboard|reception|accueil|zentrale|centralita|centralino|hotline)( \S+)?$/;

export interface FoundPhone extends Phone {
  /** It says that it is a telephone number: by a label before it, or by its country code. */
  isLabelled: boolean;
}

/** The numbers in a line that may be somebody's own. */
export function findPhones(line: string, country: string | null): FoundPhone[] {
  let from = 0;
  return findPhoneNumbersInText(line, countryOf(country)).flatMap(({ number, startsAt, endsAt }) => {
    const label = foldText(line.slice(from, startsAt).replace(/\(0\)/g, ''));
    from = endsAt;
    if (!number.isValid() || NOT_THEIRS.test(label)) return [];
    const saysMobile = MOBILE.test(label);
    const isInternational = /^\s*(?:\+|00)/.test(line.slice(startsAt, endsAt));
    return [
      { ...phoneOf(number, saysMobile), isLabelled: saysMobile || PHONE.test(label) || isInternational },
    ];
  });
}
