import { expect, test } from 'vitest';
import { isPublicAddress, isPublicName } from '../../../shared/web/public-addresses.ts';

test.for(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.for([
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.255.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.0.0.192',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::8.8.8.8',
  '::a9fe:a9fe',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '64:ff9b:1::a9fe:a9fe',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:a9fe:a9fe::1',
  '3fff::1',
  'fc00::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '',
  'site.example.com',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.for([
  ['site.example.com', true],
  ['LocalHost', false],
  ['app.localhost', false],
  ['metadata.google.internal', false],
  ['metadata.goog.', false],
  ['printer.LOCAL.', false],
  ['intranet', false],
  ['notlocal.example.com', true],
] as const)('%s can be a public name: %s', ([name, expected]) => {
  expect(isPublicName(name)).toBe(expected);
});
