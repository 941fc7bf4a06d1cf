/**
 * Prices in US dollars, taxes and free allowances left out. Assumptions, written down from the public price lists for a
 * Belgian region without any discount: put in what your contract says before you rely on a sum.
 */
export const prices = {
  source: 'public price list',
  /** The month of the list. */
  asOf: '2025-06',
  currency: 'USD',
  cloudRun: { coreSecond: 0.000024, gibSecond: 0.0000025, millionRequests: 0.4 },
  cloudTasks: { millionOperations: 0.4 },
  /** Per month; a standby in another zone doubles cores, memory and disk. */
  cloudSql: { core: 30.15, gib: 5.11, diskGb: 0.17 },
  storage: { gbMonth: 0.02 },
  logging: { gib: 0.5 },
  scheduler: { job: 0.1 },
} as const;

/** Machines of the database, smallest first, with the connections they allow unless told otherwise. */
export const databaseTiers = [
  { cores: 1, gib: 3.75, connections: 100 },
  { cores: 2, gib: 7.5, connections: 400 },
  { cores: 4, gib: 15, connections: 500 },
  { cores: 8, gib: 30, connections: 600 },
  { cores: 16, gib: 60, connections: 800 },
  { cores: 32, gib: 120, connections: 1_000 },
] as const;
