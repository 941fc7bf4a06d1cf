const languagesByCountry: Readonly<Record<string, readonly string[]>> = {
  AT: ['de', 'en'],
  BE: ['fr', 'en'],
  CH: ['de', 'fr'],
  DE: ['de', 'en'],
  LI: ['de', 'en'],
  LU: ['fr', 'de'],
};

/** Languages to recognise on a workspace's documents, best first: two, because each one costs time and some digits. */
export const languagesOf = (country: string | null): readonly string[] =>
  languagesByCountry[country?.toUpperCase() ?? ''] ?? ['en', 'fr'];
