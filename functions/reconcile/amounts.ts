import { formatAmount, fromMinorUnits, parseAmount, toMinorUnits } from '../../shared/domain/money.ts';

// Matching compares millions of amounts: inside, one is a whole number of thousandths, exact as a JavaScript integer
// and fine enough for every currency in use.
const DECIMALS = 3;

/** Beyond this sums of a few hundred amounts would leave the safe integers. */
const LARGEST = 10 ** 13;

/** The amount in thousandths; null when the text is no decimal amount, too large, or finer than a thousandth. */
export const toThousandths = (text: string): number | null => {
  const plain = parseAmount(text);
  if (plain === null || (plain.split('.')[1]?.length ?? 0) > DECIMALS) return null;
  const thousandths = Number(toMinorUnits(plain, DECIMALS));
  return Math.abs(thousandths) <= LARGEST ? thousandths : null;
};

/** Two decimals, three where the currency has them. */
export const fromThousandths = (amount: number): string => {
  const text = fromMinorUnits(BigInt(Math.round(amount)), DECIMALS);
  return formatAmount(text, amount % 10 === 0 ? 2 : DECIMALS);
};
