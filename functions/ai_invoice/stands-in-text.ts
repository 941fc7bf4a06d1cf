import { foldText } from '../../shared/domain/names.ts';

/** Whether an amount stands in a text, however its thousands and decimals are written. */
export const amountStandsIn = (text: string, amount: string): boolean => {
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, "[.,'’\\s]?");
  const cents = fraction.padEnd(2, '0');
  const tail = /^0+$/.test(cents) ? `(?:[.,]${cents})?` : `[.,]${cents}`;
  return new RegExp(`(?<![\\d.,])${grouped}${tail}(?![\\d]|[.,]\\d)`).test(text);
};

const bare = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();

/** Whether a number or code stands in a text, whatever its separators. */
export const codeStandsIn = (text: string, code: string): boolean =>
  bare(code).length > 0 && bare(text).includes(bare(code));

/** Whether a name stands in a text, accents and case aside. */
export const nameStandsIn = (text: string, name: string): boolean =>
  foldText(name).length > 0 && ` ${foldText(text)} `.includes(` ${foldText(name)} `);

/** Whether the parts of an ISO day stand together in a text, in any order, with digits for the month. */
export const dayStandsIn = (text: string, day: string): boolean => {
  const [year = '', month = '', date = ''] = day.split('-');
  const [m, d] = [month, date].map((part) => `0?${Number(part)}`);
  const y = `(?:${year}|${year.slice(2)})`;
  const orders = [`${year}\\D${m}\\D${d}`, `${d}\\D{1,2}${m}\\D{1,2}${y}`, `${m}\\D{1,2}${d}\\D{1,2}${y}`];
  return new RegExp(orders.map((order) => `(?<!\\d)${order}(?!\\d)`).join('|')).test(text);
};
