import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHeap } from '../../../local/emulator/heap.ts';

const drain = (numbers: number[], keep: (value: number) => boolean): number[] => {
  const heap = createHeap<number>((a, b) => a < b);
  for (const value of numbers) heap.push(value);
  heap.keep(keep);
  return Array.from({ length: heap.size }, () => heap.pop() ?? Number.NaN);
};

it('gives back what was put in, smallest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      expect(drain(numbers, () => true)).toEqual([...numbers].sort((a, b) => a - b));
    }),
  );
});

it('stays in order after some were dropped', () => {
  const isEven = (value: number): boolean => value % 2 === 0;
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      expect(drain(numbers, isEven)).toEqual(numbers.filter(isEven).sort((a, b) => a - b));
    }),
  );
});
