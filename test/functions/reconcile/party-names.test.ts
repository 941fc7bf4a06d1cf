import { describe, expect, it } from 'vitest';
import { indexPartyNames } from '../../../functions/reconcile/party-names.ts';

const names = indexPartyNames([
  { party: 'corvanta', name: 'Corvanta Logistik GmbH' },
  { party: 'alvaro', name: 'Álvaro Núñez Conseil SARL' },
  { party: 'mueller', name: 'Müller Gerätebau & Co. KG' },
  { party: 'zarix', name: 'Zarix Services' },
  { party: 'belmondo', name: 'Belmondo Services' },
]);

const share = (text: string, party: string, whole = false) => names.find(text, whole).get(party) ?? 0;

describe('indexPartyNames', () => {
  it.each([
    ['VIR SEPA CORVANTA LOGISTIK GMBH REF 12', 'corvanta'],
    ['VIR CORVANTALOGISTIK', 'corvanta'],
    ['CORVANTALOGISTIKGMBH', 'corvanta'],
    ['ALVARO NUNEZ CONSEIL', 'alvaro'],
    ['MUELLER GERAETEBAU', 'mueller'],
    ['müller gerätebau', 'mueller'],
  ])('finds the whole name in "%s"', (text, party) => {
    expect(share(text, party)).toBe(1);
  });

  it.each([
    ['CORVNATA LOGISTIK', 'corvanta'],
    ['CORVANTA LOGIST', 'corvanta'],
    ['CORVANTA LOGISTIC', 'corvanta'],
  ])('forgives a slip or a cut in "%s"', (text, party) => {
    expect(share(text, party)).toBeGreaterThan(0.85);
  });

  it('counts a rare word for more than a common one', () => {
    expect(share('ZARIX', 'zarix')).toBeGreaterThan(share('SERVICES', 'zarix'));
  });

  it('counts the other words of a name against it, those of a label not', () => {
    const text = 'Corvanta Logistik Nordmark Immobilien';

    expect(share(text, 'corvanta', true)).toBeLessThan(share(text, 'corvanta'));
  });

  it('finds no one in digits and legal forms', () => {
    expect(names.find('GMBH 20260417 DE89', false).size).toBe(0);
  });
});
