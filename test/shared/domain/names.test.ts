import { describe, expect, it } from 'vitest';
import {
  foldText,
  isLegalForm,
  nameKey,
  nameSimilarity,
  nameWords,
  wordDistance,
  wordSimilarity,
} from '../../../shared/domain/names.ts';

describe('nameWords', () => {
  it.each([
    ['Müller & Söhne GmbH & Co. KG', 'muller sohne'],
    ['Mueller und Soehne', 'muller sohne'],
    ['S.A.R.L. Corvanta Frères', 'corvanta freres'],
    ['Corvanta S.A.S.U.', 'corvanta'],
    ['Société à responsabilité limitée Corvanta', 'corvanta'],
    ['Corvanta Gesellschaft mit beschränkter Haftung', 'corvanta'],
    ['Corvanta, Inc.', 'corvanta'],
    ['Corvanta Pty Ltd', 'corvanta'],
    ['Corvanta sp. z o.o.', 'corvanta'],
    ['Nordlys A/S', 'nordlys'],
    ['Øresund Kaffe ApS', 'oresund kaffe'],
    ['Corvanta UG (haftungsbeschränkt)', 'corvanta'],
    ['L’Atelier du Bois', 'atelier bois'],
    ['A.B.C. Conseil', 'abc conseil'],
    ['東京商事', '東京商事'],
  ])('reads %s as %s', (name, words) => {
    expect(nameWords(name).join(' ')).toBe(words);
  });

  it('keeps a name that is nothing but legal forms', () => {
    expect(nameWords('AG')).toEqual(['ag']);
  });

  it('finds no words in punctuation', () => {
    expect(nameWords(' -- ')).toEqual([]);
  });
});

describe('nameKey', () => {
  it.each([
    ['Corvanta Logistik GmbH', 'LOGISTIK CORVANTA'],
    ['Größmann AG', 'Groessmann'],
    ['Électricité Dupré SARL', 'Electricite DUPRE S.A.R.L.'],
  ])('is the same for %s and %s', (left, right) => {
    expect(nameKey(left)).toBe(nameKey(right));
  });

  it('differs for other names', () => {
    expect(nameKey('Corvanta Logistik')).not.toBe(nameKey('Corvanta Media'));
  });
});

describe('foldText', () => {
  it('leaves plain words', () => {
    expect(foldText('  Réf.: N°12/ÀÉ—œuvre ')).toBe('ref n 12 ae oeuvre');
  });
});

describe('similarity', () => {
  it.each([
    ['martin', 'martin', 1],
    ['corvanta', 'corvnata', 0.85],
    ['corvanta', 'corvata', 0.85],
    ['corvanta', 'zarix', 0],
    ['abc', 'abd', 0],
  ])('of the words %s and %s is %s', (left, right, alike) => {
    expect(wordSimilarity(left, right)).toBe(alike);
  });

  it('of a cut word grows with what is left', () => {
    expect(wordSimilarity('logis', 'logistik')).toBeLessThan(wordSimilarity('logisti', 'logistik'));
  });

  it('stops counting edits at the limit', () => {
    expect([
      wordDistance('abcd', 'abdc', 1),
      wordDistance('corvanta', 'belmondo', 2),
      wordDistance('a', 'abcd', 2),
    ]).toEqual([1, 3, 3]);
  });

  it('of company names is 1 without their forms, and falls with each other word', () => {
    expect(nameSimilarity('Corvanta Logistik GmbH', 'CORVANTA LOGISTIK')).toBe(1);
    expect(nameSimilarity('Corvanta Logistik', 'Corvantalogistik SA')).toBe(1);
    expect(nameSimilarity('Corvanta Logistik', 'Corvanta Media')).toBeLessThan(0.7);
    expect(nameSimilarity('', 'Corvanta')).toBe(0);
  });

  it('knows a legal form', () => {
    expect([isLegalForm('gmbh'), isLegalForm('corvanta')]).toEqual([true, false]);
  });
});
