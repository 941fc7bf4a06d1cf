/** One of two records, as far as choosing between them needs. */
export interface Choosable {
  pk: number;
  created_at: string;
  /** Rows that point at it. */
  references: number;
  /** The workspace's own company. */
  own: boolean;
}

/** Which of two records stays: the workspace's own company, else what more rows point at, else the older one. */
export function choosePrimary<Record extends Choosable>(
  left: Record,
  right: Record,
): { primary: Record; secondary: Record } {
  const leftStays =
    left.own !== right.own
      ? left.own
      : left.references !== right.references
        ? left.references > right.references
        : left.created_at !== right.created_at
          ? left.created_at < right.created_at
          : left.pk < right.pk;
  return leftStays ? { primary: left, secondary: right } : { primary: right, secondary: left };
}
