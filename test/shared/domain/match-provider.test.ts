import { describe, expect, test } from 'vitest';
import {
  matchProvider,
  type ProviderCandidate,
  retrievalMode,
} from '../../../shared/domain/match-provider.ts';

const provider = (parts: Partial<ProviderCandidate> & { slug: string }): ProviderCandidate => ({
  provider_id: parts.slug,
  name: parts.slug,
  url: null,
  searchable_terms: [],
  has_blueprint: false,
  has_connector: false,
  is_connected: false,
  ...parts,
});

describe('a company and its provider', () => {
  const cloud = provider({ slug: 'nimbus-cloud', name: 'Nimbus', url: 'https://app.nimbus.example/billing' });
  const power = provider({ slug: 'volt', name: 'Volt Énergie SAS', searchable_terms: ['volt power'] });
  const all = [cloud, power];

  test.each([
    [
      'the same registrable domain is sure',
      { name: 'Anything', domain: 'www.nimbus.example' },
      'nimbus-cloud',
      1,
    ],
    ['the same name without form and accents', { name: 'VOLT Energie', domain: null }, 'volt', 0.9],
    ['the slug is a name too', { name: 'Nimbus Cloud Ltd', domain: null }, 'nimbus-cloud', 0.9],
    ['a search term among the words of the name', { name: 'Volt Power Services', domain: null }, 'volt', 0.6],
  ])('%s', (_what, company, slug, match) => {
    const found = matchProvider(company, all);

    expect(found && [found.provider.slug, found.match]).toEqual([slug, match]);
  });

  test.each([
    ['another domain', { name: 'Somebody', domain: 'cloud.example' }],
    ['a term within a word', { name: 'Revolt Powerful', domain: null }],
    ['no name', { name: ' ', domain: null }],
  ])('%s is no match', (_what, company) => {
    expect(matchProvider(company, all)).toBeNull();
  });

  test('of two that fit alike the one with a blueprint wins, whatever their order', () => {
    const twins = [
      provider({ slug: 'a', name: 'Twin' }),
      provider({ slug: 'b', name: 'Twin', has_blueprint: true }),
    ];

    for (const order of [twins, twins.toReversed()])
      expect(matchProvider({ name: 'Twin', domain: null }, order)?.provider.slug).toBe('b');
  });
});

test.each([
  [null, 'upload'],
  [provider({ slug: 'a' }), 'upload'],
  [provider({ slug: 'a', has_blueprint: true, has_connector: true }), 'agent'],
  [provider({ slug: 'a', has_connector: true }), 'connect'],
  [provider({ slug: 'a', has_connector: true, is_connected: true }), 'upload'],
])('documents of %o are had by %s', (candidate, mode) => {
  expect(retrievalMode(candidate)).toBe(mode);
});
