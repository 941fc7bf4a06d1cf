/** Text that has broken programs before. */
export const naughtyTexts: readonly string[] = [
  ...['', ' ', '\t\r\n', '\0', 'a\0b', '\u001b[31m', '\u007f'],
  ...['\ud800', 'a\udc00b', '\udc00\ud800', '\ufffe', '\ufffd', '\u{10ffff}', '\ue000'],
  ...['\u202egpj.exe', '\u200f', '\u2066x', '\u200b', '\u200d', '\ufeffx', '\u00ad', '\u2028', '\u00a0'],
  ...['e\u0301', '\u0301', 'a'.concat('\u0301'.repeat(200)), 'Å', '\ufb01', 'ẞ', 'İ', '\u{1d54f}'],
  ...['👩‍👩‍👧‍👦', '🇫🇷', '❤️', '\u{1f3f4}\u{e0067}\u{e0062}'],
  ...[`'`, `' or 1=1 --`, `"; drop table collects; --`, '$1', '%s%n', `\\'`, `'::text`, 'a\\', '%', '_', '*'],
  ...['\u0024{7*7}', '{{7*7}}', '<%= 7*7 %>', '#{7*7}', '<script>alert(1)</script>', '&lt;', ']]>'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__proto__.polluted', 'then'],
  ...['x\r\nSet-Cookie: a=b', '%0d%0aSet-Cookie:a=b', 'x\nx'],
  ...['../../etc/passwd', '..\\..\\x', '%2e%2e%2f', '/', '.', '..', 'file:///etc/passwd', 'C:\\x', 'NUL'],
  ...['0', '-1', '1e309', 'NaN', 'Infinity', '-0', '0x10', '1_000', '9007199254740993', '١٢'],
  ...['null', 'undefined', 'true', '[]', '{}', '[object Object]', '"', '\\u0000'],
  ...['a,b', ',', ',,', 'a.b', 'a[b]', '&', '=', '?', '#', '+', ';'],
  ...['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-00000000000g'],
  ...['2026-02-30', '9999-12-31T23:59:59.999Z', '-000001-01-01T00:00:00Z', '1970-01-01T00:00:00+14:00'],
  ...['x'.repeat(256), 'x'.repeat(10_001), '👍'.repeat(128), '\\'.repeat(300)],
];
