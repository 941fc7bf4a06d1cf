import { expect, test } from 'vitest';
import { isRoleMailbox } from '../../../../shared/domain/person/role-mailbox.ts';

test.each([
  'info@firm.example',
  'Info2@firm.example',
  'billing-eu@firm.example',
  'comptabilité@firm.example',
  'compta@firm.example',
  'no-reply@firm.example',
  'noreply+abc123@firm.example',
  'orders.noreply@firm.example',
  'do_not_reply@firm.example',
  'accounts.payable@firm.example',
  'office@firm.example',
  'bounces+17@firm.example',
])('%s is nobody', (email) => {
  expect(isRoleMailbox(email)).toBe(true);
});

test.each([
  'ada@firm.example',
  'ada.lovelace@firm.example',
  'a.post@firm.example',
  'post.malone@firm.example',
  'infante@firm.example',
  'salesman@firm.example',
])('%s may be a person', (email) => {
  expect(isRoleMailbox(email)).toBe(false);
});
