import { describe, expect, it } from 'vitest';
import { linesOfRuns, type Run } from '../../../shared/extraction/page-lines.ts';

const run = (text: string, along: number, baseline: number, rest: Partial<Run> = {}): Run => ({
  text,
  turn: 0,
  along,
  baseline,
  length: text.length * 5,
  size: 10,
  confidence: 1,
  ...rest,
});
const textsOf = (runs: Run[]) => linesOfRuns(runs).map((line) => line.text);

describe('linesOfRuns', () => {
  it('orders lines from top to bottom and words from left to right, whatever order they were drawn in', () => {
    const runs = [run('below', 10, 120), run('right', 60, 100), run('left', 10, 100)];

    expect(textsOf(runs)).toEqual(['left      right', 'below']);
  });

  it('keeps a wide gap as several spaces and a narrow one as one', () => {
    expect(textsOf([run('Total', 10, 100), run('EUR', 38, 100), run('12.00', 200, 100)])).toEqual([
      expect.stringMatching(/^Total EUR {10,}12\.00$/),
    ]);
  });

  it('joins the halves of a word that was drawn in two runs', () => {
    expect(textsOf([run('Inv', 10, 100), run('oice', 25, 100)])).toEqual(['Invoice']);
  });

  it('joins letter-spaced letters and keeps the words apart', () => {
    expect(textsOf([run('I N V O I C E  D A T E', 10, 100)])).toEqual([
      expect.stringMatching(/^INVOICE +DATE$/),
    ]);
  });

  it('leaves a row of single digits alone', () => {
    expect(textsOf([run('1 2 3 4 5', 10, 100)])).toEqual(['1 2 3 4 5']);
  });

  it('drops a text that was printed twice on the same place', () => {
    const runs = [run('Total', 10, 100), run('Total', 10.4, 100.2), run('Total', 60, 100)];

    expect(textsOf(runs)).toEqual(['Total     Total']);
  });

  it('keeps lines apart that stand close together', () => {
    expect(textsOf([run('first', 10, 100, { size: 8 }), run('second', 10, 106, { size: 8 })])).toEqual([
      'first',
      'second',
    ]);
  });

  it('places the words of a run within it, in proportion to their letters', () => {
    const [line] = linesOfRuns([run('ill WWW', 100, 50, { length: 70 })]);

    const [narrow, wide] = line?.words ?? [];
    expect(narrow).toMatchObject({ text: 'ill', x: 100, y: 42 });
    expect(wide?.text).toBe('WWW');
    expect((wide?.width ?? 0) / (narrow?.width ?? 1)).toBeGreaterThan(2);
    expect((wide?.x ?? 0) + (wide?.width ?? 0)).toBeCloseTo(170);
  });

  it('reads text turned by a quarter in its own direction and gives its box on the page', () => {
    const upwards = run('Archive copy', -700, 20, { turn: 270, length: 60 });

    const [line] = linesOfRuns([upwards]);

    expect(line?.text).toBe('Archive copy');
    const [first, second] = line?.words ?? [];
    expect(first?.y).toBeGreaterThan(second?.y ?? Number.POSITIVE_INFINITY);
    expect(first?.x).toBe(12);
    expect(first?.width).toBeLessThan(first?.height ?? 0);
  });

  it('strips characters that have no shape', () => {
    expect(textsOf([run('Rech\u00adnung\u200b', 10, 100)])).toEqual(['Rechnung']);
  });
});
