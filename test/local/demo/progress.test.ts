import { expect, test } from 'vitest';
import { createProgress } from '../../../local/demo/progress.ts';

const tell = (isTTY: boolean) => {
  let text = '';
  const progress = createProgress({ isTTY, write: (more: string) => (text += more) });
  progress.line('invoice.pdf');
  progress.working('ocr_extract processing');
  progress.node('ocr_extract completed', [false]);
  progress.node('ai_invoice completed', [false, true]);
  progress.node('invoice 7\n  paid', [true]);
  return text;
};

test('tells a pipe what has ended only, as a tree', () => {
  expect(tell(false)).toBe(
    'invoice.pdf\n  ├ ocr_extract completed\n  │ └ ai_invoice completed\n  └ invoice 7\n      paid\n',
  );
});

test('shows a terminal what is under way until it has ended', () => {
  expect(tell(true)).toContain('  … ocr_extract processing\r\u001b[K  ├ ocr_extract completed\n');
});
