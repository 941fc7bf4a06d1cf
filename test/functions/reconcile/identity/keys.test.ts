import { describe, expect, test } from 'vitest';
import {
  digestStrongKeys,
  type IdentityKey,
  withoutSharedKeys,
} from '../../../../functions/reconcile/identity/keys.ts';

const domain: IdentityKey = { kind: 'domain', value: 'group.example' };
const taxId: IdentityKey = { kind: 'tax_id', value: 'FR1' };
const name: IdentityKey = { kind: 'legal_name', value: 'ONDINE' };
const record = (called: string, ...keys: IdentityKey[]) => ({ names: [called], keys });

describe('a domain, an e-mail or a phone number', () => {
  test('that three differently named records share is nobody’s', () => {
    const group = ['Ondine Holding', 'Ondine Prints', 'Marlow'].map((called) =>
      record(called, domain, taxId),
    );

    expect(withoutSharedKeys(group).map(({ keys }) => keys)).toEqual([[taxId], [taxId], [taxId]]);
  });

  test('that many records of one name share is still theirs', () => {
    const copies = ['Ondine', 'ONDINE', 'Ondine', 'Öndine', 'Marlow'].map((called) => record(called, domain));

    expect(withoutSharedKeys(copies)).toEqual(copies);
  });
});

describe('the digest of strong keys', () => {
  test('is the same in any order, and of each key once', () => {
    const one = digestStrongKeys(record('a', domain, taxId), record('b', taxId));

    expect(digestStrongKeys(record('b', taxId), record('a', taxId, domain))).toEqual(one);
    expect(one).toHaveLength(2);
    expect(one.join()).not.toContain('FR1');
  });

  test('leaves the name out, and tells a value from the same value elsewhere', () => {
    expect(digestStrongKeys(record('a', name))).toEqual([]);
    expect(digestStrongKeys(record('a', { ...taxId, scope: ['vat'] }))).not.toEqual(
      digestStrongKeys(record('a', taxId)),
    );
  });
});
