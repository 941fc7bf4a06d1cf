/** The ISO day of a calendar date; null when no calendar has it, or it is not in 1950–2199. */
export const isoDay = (year: number, month: number, day: number): string | null => {
  if (year < 1950 || year > 2199) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : null;
};
