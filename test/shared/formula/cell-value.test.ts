import { expect, test } from 'vitest';
import { type CellShape, type CellValue, coerce } from '../../../shared/formula/cell-value.ts';
import type { Format } from '../../../shared/formula/config.ts';
import { formatValue } from '../../../shared/formula/format-value.ts';

test.for<[CellShape['type'], unknown, unknown]>([
  ['text', 12n, { value: '12' }],
  ['text', true, { value: 'true' }],
  ['text', '  ', { value: null }],
  ['text', 'a\u0000b\ud800', { value: 'ab\ufffd' }],
  ['number', ' 12.50 ', { value: '12.5' }],
  ['amount', '12.50 USD', { value: '12.5', currency: 'USD' }],
  ['amount', '12.50', { value: '12.5', currency: 'EUR' }],
  ['date', new Date('2026-02-28T00:00:00Z'), { value: '2026-02-28' }],
  ['date', '2026-02-28T23:00:00.000Z', { value: '2026-02-28' }],
  ['boolean', 'TRUE', { value: true }],
  ['select', 'Big', { value: 'big' }],
  ['url', 'https://shop.example/a b', { value: 'https://shop.example/a%20b' }],
  ['url', null, { value: null }],
])('a %s takes %o', ([type, raw, cell]) => {
  expect(coerce(raw, { type, options: ['big', 'small'], currency: 'EUR' })).toEqual({ cell });
});

test.for<[CellShape['type'], unknown]>([
  ['number', '1,234'],
  ['number', 'twelve'],
  ['number', true],
  ['amount', 'EUR'],
  ['date', '2026-02-30'],
  ['date', '28.02.2026'],
  ['boolean', 'yes'],
  ['boolean', 1n],
  ['select', 'medium'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what somebody could type
  ['url', 'javascript:alert(`${1}`)'],
  ['url', 'shop.example'],
  ['text', 'x'.repeat(10_001)],
  ['text', { seconds: 'soon' }],
])('a %s refuses %o', ([type, raw]) => {
  expect(coerce(raw, { type, options: ['big'], currency: 'EUR' })).toEqual({ mismatch: expect.any(String) });
});

test('an amount without any currency is refused', () => {
  expect(coerce('12', { type: 'amount' })).toEqual({ mismatch: expect.stringContaining('currency') });
});

test.for<[CellShape['type'], CellValue, Format, string | null]>([
  ['amount', { value: '1234.5', currency: 'EUR' }, { locale: 'de-DE' }, '1.234,50\u00a0€'],
  ['amount', { value: '1234.5', currency: 'JPY' }, {}, '¥1,235'],
  ['number', { value: '1234.565' }, { decimals: 2 }, '1,234.57'],
  ['number', { value: '12345678901234567890.12' }, { decimals: 2 }, '12,345,678,901,234,567,890.12'],
  ['number', { value: '12' }, { currency: 'USD' }, '$12.00'],
  ['number', { value: '12' }, {}, null],
  ['date', { value: '2026-03-31' }, { locale: 'fr-FR' }, '31 mars 2026'],
  ['number', { value: '1.5' }, { decimals: 1, locale: 'no such locale' }, '1.5'],
  ['text', { value: 'a' }, { decimals: 2 }, null],
  ['number', { value: null }, { decimals: 2 }, null],
])('a %s %o with %o reads %s', ([type, cell, format, formatted]) => {
  expect(formatValue(cell, { type }, format)).toBe(formatted);
});
