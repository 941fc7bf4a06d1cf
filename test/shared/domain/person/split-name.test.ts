import { describe, expect, test } from 'vitest';
import { splitName } from '../../../../shared/domain/person/split-name.ts';

const parts = (text: string) => {
  const name = splitName(text);
  return name && [name.first_name, name.last_name];
};

describe('the family name', () => {
  test.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada B. Lovelace', 'Ada B.', 'Lovelace'],
    ['Lovelace, Ada', 'Ada', 'Lovelace'],
    ['García Márquez, Gabriel', 'Gabriel', 'García Márquez'],
    ['Lovelace, Ada, PhD', 'Ada', 'Lovelace'],
    ['Ada Lovelace, MBA', 'Ada', 'Lovelace'],
    ['DUPONT Marie', 'Marie', 'Dupont'],
    ['Marie DUPONT', 'Marie', 'Dupont'],
    ['Marie-Claire O’BRIEN-SMITH', 'Marie-Claire', 'O’Brien-Smith'],
    ['Jean de LA TOUR', 'Jean', 'de La Tour'],
    ['DE LA TOUR Jean', 'Jean', 'de La Tour'],
    ['Jean de La Tour', 'Jean', 'de La Tour'],
    ['Jan van der Berg', 'Jan', 'van der Berg'],
    ['VAN DER BERG Jan', 'Jan', 'van der Berg'],
    ['van der Berg Jan', 'Jan', 'van der Berg'],
    ['Jan Van Damme', 'Jan', 'Van Damme'],
    ['Van Morrison', 'Van', 'Morrison'],
    ["Piet in 't Veld", 'Piet', "in 't Veld"],
    ['MARIE DUPONT', 'Marie', 'Dupont'],
    ['JAN VAN DER BERG', 'Jan', 'van der Berg'],
    ['ada lovelace', 'Ada', 'Lovelace'],
    ['JK Rowling', 'JK', 'Rowling'],
    ['WANG Xiaoming', 'Xiaoming', 'Wang'],
    ['David Kim', 'David', 'Kim'],
    ['Gabriel García Márquez', 'Gabriel', 'García Márquez'],
    ['José Luis Rodríguez Zapatero', 'José Luis', 'Rodríguez Zapatero'],
    ['Juan Carlos Pérez', 'Juan Carlos', 'Pérez'],
    ['María del Carmen López García', 'María del Carmen', 'López García'],
    ['Juan García de la Torre', 'Juan', 'García de la Torre'],
    ['Santiago Ramón y Cajal', 'Santiago', 'Ramón y Cajal'],
    ['António Costa e Silva', 'António', 'Costa e Silva'],
    ['Mary Jane Watson', 'Mary Jane', 'Watson'],
    ['John Smith Jr', 'John', 'Smith Jr'],
    ['Mohamed Ben Ali', 'Mohamed', 'Ben Ali'],
    ['Dr. Ada Lovelace', 'Ada', 'Lovelace'],
    ['Mme Marie Dupont', 'Marie', 'Dupont'],
    ['Prof. Dr. Jürgen Müller', 'Jürgen', 'Müller'],
    ['i.A. Sabine Fiktiv', 'Sabine', 'Fiktiv'],
    ['A.S. Byatt', 'A.S.', 'Byatt'],
    ['Maria de Sá', 'Maria', 'de Sá'],
    ['Ada Lovelace (Engines)', 'Ada', 'Lovelace'],
  ])('of %s is told from the given one', (text, first, last) => {
    expect(parts(text)).toEqual([first, last]);
  });
});

test.each(['Madonna', '王小明', '김 민준', 'Wang Xiaoming', 'Nguyen Van An', 'Kim Min-jun', 'de Vries'])(
  '%s stays whole',
  (text) => {
    expect(splitName(text)).toEqual({ full_name: text, first_name: null, last_name: null });
  },
);

test('a name is kept in its usual order and case', () => {
  expect(splitName('  LOVELACE   Ada ')?.full_name).toBe('Ada Lovelace');
  expect(splitName('"Lovelace, Ada"')?.full_name).toBe('Ada Lovelace');
});

test.each([
  'Müller GmbH',
  'Müller, GmbH',
  'Dupont S.A.S.',
  'DUPONT SA',
  'Dupont SARL',
  'Engines Ltd.',
  'Ada & Charles',
  'Ada and Charles',
  'Müller & Söhne',
  'Billing Team',
  'Service Comptabilité',
  'Groupe Dupont',
  'Best regards',
  'Rue de la Paix',
  'ada@firm.example',
  'https://firm.example',
  '4711',
  'Agent 47',
  'n.v',
  '',
  ' , ',
  'Ada Lovelace, Chief Engineer',
  'a b c d e f g h i j',
  'x'.repeat(200),
])('%j names no person', (text) => {
  expect(splitName(text)).toBeNull();
});
