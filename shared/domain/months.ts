/** Calendar months as labels (`2026-03`) and days as ISO dates; no clock and no zone in here. */

/** A month that can be closed: four digits of the year from 1900 on, two of the month. */
export const MONTH_PATTERN = /^(19|2\d)\d{2}-(0[1-9]|1[0-2])$/;

const DAY_MS = 86_400_000;
const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10);
const SATURDAY = 6;
const SUNDAY = 0;

/** First and last day of a month. */
export function daysOfMonth(month: string): { first: string; last: string } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return { first: `${month}-01`, last: isoDay(Date.UTC(year, number, 0)) };
}

/** The month after this one. */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return isoDay(Date.UTC(year, number, 1)).slice(0, 7);
}

/** The months of a span, both ends included, oldest first, at most `limit`. */
export function monthsBetween(from: string, to: string, limit: number): string[] {
  const months: string[] = [];
  for (let month = from; month <= to && months.length < limit; month = nextMonth(month)) months.push(month);
  return months;
}

/** The latest day that lies at least `count` business days (Monday to Friday) before `day`. */
export function businessDaysBefore(day: string, count: number): string {
  let time = Date.parse(`${day}T00:00:00Z`);
  for (let left = count; left > 0; time -= DAY_MS) {
    const weekday = new Date(time).getUTCDay();
    if (weekday !== SATURDAY && weekday !== SUNDAY) left -= 1;
  }
  return isoDay(time);
}
