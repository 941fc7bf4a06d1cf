import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOrderOf, findDates } from '../../../../../shared/extraction/invoice/text/dates.ts';

const values = (text: string, order: 'day-first' | 'month-first' = 'day-first', ocr = false) =>
  findDates(text, order, ocr).map(({ value }) => value);

describe('findDates', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['05.03.2018', '2018-03-05'],
    ['5/3/2018', '2018-03-05'],
    ['20-10-2015', '2015-10-20'],
    ['21.05.14', '2014-05-21'],
    ['28 / 11 / 2022', '2022-11-28'],
    ['7. Mai 2014', '2014-05-07'],
    ['19 april 2014', '2014-04-19'],
    ['1er février 2021', '2021-02-01'],
    ['3 de enero de 2020', '2020-01-03'],
    ['12 agosto 2020', '2020-08-12'],
    ['August 3 , 2014', '2014-08-03'],
    ['Jan 1, 2022', '2022-01-01'],
    ['27 MARCH, 2018', '2018-03-27'],
    ['12-Sep-2019', '2019-09-12'],
    ['3 März 2020', '2020-03-03'],
  ])('reads %s', (text, iso) => {
    expect(values(text)).toEqual([iso]);
  });

  test.each([
    '31.02.2024',
    '00/00/2020',
    '12.345,67',
    '1.2.3',
    '10.1',
    '99/99/99',
    'April',
    'IP 10.11.12.13',
  ])('finds no date in %s', (text) => {
    expect(values(text)).toEqual([]);
  });

  test('takes the month first where the document does, unless only the other order exists', () => {
    expect(values('03/04/2024', 'month-first')).toEqual(['2024-03-04']);
    expect(values('25/12/2024', 'month-first')).toEqual(['2024-12-25']);
  });

  test('puts right what recognition took for letters', () => {
    expect(values('O9/O1/2OI9', 'day-first', true)).toEqual(['2019-01-09']);
  });

  test('reads every day in every order', () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.constantFrom('.', '/', '-'), (date, mark) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = iso.split('-');
        expect(values(`on ${dayOfMonth}${mark}${month}${mark}${year} at`)).toEqual([iso]);
        expect(values(`${month}${mark}${dayOfMonth}${mark}${year}`, 'month-first')).toEqual([iso]);
        expect(values(iso)).toEqual([iso]);
      }),
    );
  });
});

describe('dateOrderOf', () => {
  test.each([
    ['25/12/2018 and 03/04/2018', undefined, 'day-first'],
    ['12/25/2018 and 03/04/2018', undefined, 'month-first'],
    ["11.14.00 o'clock, 03/04/2018", undefined, 'day-first'],
    ['03/04/2018', 'US', 'month-first'],
    ['03/04/2018', 'DE', 'day-first'],
    ['Springfield, IL 62704  03/04/2018', undefined, 'month-first'],
    ['03/04/2018', undefined, 'day-first'],
  ] as const)('of %s in %s is %s', (text, country, order) => {
    expect(dateOrderOf(text, country)).toBe(order);
  });
});
