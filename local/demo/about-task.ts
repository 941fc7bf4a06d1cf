import type { Task } from './extension.ts';

type Output = Record<string, unknown>;

const list = (value: unknown) => (Array.isArray(value) ? value.map(String).join(', ') : '');
const object = (value: unknown): Output => (value && typeof value === 'object' ? (value as Output) : {});

/** What a finished task says of itself, in a few words; by type, and empty where its status says all. */
const words: Record<string, (output: Output) => string> = {
  ai_company: ({ applied }) => list(applied),
  ai_people: ({ applied }) => list(applied),
  logo: ({ source, content_type }) => [source, content_type].filter(Boolean).join(', '),
  provider_score: ({ mode, score }) => `${mode}, score ${score}`,
  custom_column: ({ value }) => shown(value),
  field_rule: ({ value, formatted }) => shown(formatted ?? value),
  document_reconciliation_backfill: ({ scanned, linked, ambiguous }) =>
    `${scanned} documents without a link, ${linked} linked, ${ambiguous} ambiguous`,
  monthly_close_backfill: ({ counts }) =>
    Object.entries(object(counts))
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  monthly_close: ({ counterparties, covered, gaps, month }) =>
    counterparties === undefined
      ? Object.entries(object(gaps))
          .filter(([, count]) => count !== 0)
          .map(([mode, count]) => `${count} to ${mode}`)
          .join(', ')
      : `${month}: ${covered} of ${counterparties} counterparties covered`,
};

const shown = (value: unknown): string =>
  value !== null && typeof value === 'object' ? Object.values(value).join(' ') : String(value);

/** Null where there is nothing to add to the status. */
export const aboutOf = ({ enrichment_type, output }: Task): string | null =>
  (output && words[enrichment_type]?.(output)) || null;
