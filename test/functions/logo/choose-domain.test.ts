import { expect, test } from 'vitest';
import { chooseHost } from '../../../functions/logo/choose-domain.ts';

const nothing = { site: null, emails: [] };

test.for<[string, string | undefined, { site: string | null; emails: string[] }, string | null]>([
  ['the task', 'Shop.Nordlicht.example', { site: 'other.example', emails: [] }, 'shop.nordlicht.example'],
  ['an address', 'https://nordlicht.example/about?x=1', nothing, 'nordlicht.example'],
  ['the record', undefined, { site: 'nordlicht.example', emails: ['a@other.example'] }, 'nordlicht.example'],
  [
    'an e-mail',
    undefined,
    { site: null, emails: ['a@gmail.com', 'b@mail.nordlicht.example'] },
    'nordlicht.example',
  ],
  ['no free mail', undefined, { site: null, emails: ['a@gmail.com'] }, null],
  ['no number', '10.0.0.1', { site: 'nordlicht.example', emails: [] }, null],
  ['no bare name', 'localhost', nothing, null],
  ['no port', 'nordlicht.example:8080', nothing, null],
  ['no words', 'two words', nothing, null],
  ['nothing', undefined, nothing, null],
])('%s says where the site is', ([, asked, known, expected]) => {
  expect(chooseHost(asked, known)?.host ?? null).toBe(expected);
});
