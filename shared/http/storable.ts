const storableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Whether the database can hold a JSON value as it is: no NUL and no half surrogate pair in any text or key, and no
 * number beyond what JSON can write. Values nest as deep as the body of a request may.
 */
const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, inner]) => storableText(key) && isStorable(inner));
};

/** The check of values that callers send and the database keeps as they are, and what to say of others. */
export const storable = {
  is: isStorable,
  message: 'expected text without NUL and half surrogate pairs, and finite numbers',
};
