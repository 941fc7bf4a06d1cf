import { foldText } from '../../domain/names.ts';
import type { SitePage } from './page.ts';

const PARKED =
  /\b(?:domain(?: name)?s? (?:is |may be |are )?(?:(?:available )?for sale|parked|expired|has expired)|buy this domain|this domain (?:is|has been|was) (?:for sale|parked|registered|expired|reserved)|parked (?:free|domain)|domain parking|make an offer (?:for|on) this domain|inquire about this domain|diese domain (?:ist|steht|kann)|domain (?:steht zum verkauf|kaufen)|(?:ce |le )?(?:nom de )?domaine (?:est )?(?:a vendre|en vente|parque|reserve)|dominio (?:e )?(?:in vendita|en venta|parcheggiato)|domein (?:is )?te koop|related searches)\b/;
const BARE =
  /\b(?:welcome to nginx|apache2? (?:\w+ )?default page|it works|index of|default web ?site page|iis windows server|under construction|coming soon|future home of|site en construction|hier entsteht|en construccion|in costruzione|placeholder page)\b/;

/** Characters above which a page has something of its own to say, whatever words it uses. */
const LITTLE_TEXT = 1_500;

/** Whether nobody has put anything on this domain yet: it is for sale, parked, or shows what its server came with. */
export const isParked = (page: SitePage): boolean => {
  const text = foldText(`${page.$('title').first().text()} ${page.lines.join(' ')}`);
  return text.length <= LITTLE_TEXT && (PARKED.test(text) || BARE.test(text));
};
