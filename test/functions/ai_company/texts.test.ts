import { expect, test } from 'vitest';
import { isCompanyMailbox } from '../../../functions/ai_company/site-contacts.ts';
import { clip, localeOf } from '../../../functions/ai_company/texts.ts';

test.each([
  ['short', 20, 'short'],
  ['one two three four', 12, 'one two…'],
  ['one two, three', 9, 'one two…'],
  ['unbreakable', 5, 'unbr…'],
  ['a\u0000b\u200bc', 10, 'a b c'],
])('%j in %d characters is %j', (text, most, clipped) => {
  expect(clip(text, most)).toBe(clipped);
  expect(clip(text, most).length).toBeLessThanOrEqual(most);
});

test.each([
  ['fr', 'fr'],
  ['fr_FR', 'fr-FR'],
  ['EN-us', 'en-US'],
  ['french', null],
  ['', null],
  [null, null],
])('the locale %j is %j', (tag, locale) => {
  expect(localeOf(tag)).toBe(locale);
});

test.each([
  ['contact@marlow.example', true],
  ['Info2@marlow.example', true],
  ['jeanne.imaginaire@marlow.example', false],
  ['noreply@marlow.example', false],
])('%s is a mailbox of the company: %s', (email, is) => {
  expect(isCompanyMailbox(email)).toBe(is);
});
