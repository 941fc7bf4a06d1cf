import { expect, test } from 'vitest';
import { siteEvidence, type VisitedPage } from '../../../functions/ai_company/site-evidence.ts';
import { weigh } from '../../../functions/ai_company/weigh.ts';
import { readPage } from '../../../shared/extraction/site/page.ts';

const HOME = 'https://nordlicht.example/';
const pageOf = (html: string, kind: VisitedPage['kind'] = 'home'): VisitedPage => ({
  page: readPage(kind === 'home' ? HOME : `${HOME}${kind}`, Buffer.from(html)),
  kind,
});
const read = (...pages: VisitedPage[]) => {
  const facts = siteEvidence(pages);
  return { ...facts, found: weigh(facts.evidence) };
};
const notice = (...lines: string[]) =>
  pageOf(`<h1>Impressum</h1>${lines.map((line) => `<p>${line}</p>`).join('')}`, 'legal');

test('a number of the legal notice whose checksum agrees is nearly sure', () => {
  const { found } = read(
    pageOf('<title>Nordlicht</title>'),
    notice('Nordlicht Fiktiv GmbH', 'USt-IdNr.: DE999999903'),
  );

  expect(found).toMatchObject({
    tax_id_value: { value: 'DE999999903', confidence: 0.95, companions: { tax_id_type: 'vat' } },
    registered_name: { value: 'Nordlicht Fiktiv GmbH', confidence: 0.8 },
    business_type: { value: 'GmbH' },
    trade_name: { value: 'Nordlicht', confidence: 0.75 },
  });
});

test('a number whose checksum fails is left out and named, wherever it stands', () => {
  const { found, dropped } = read(
    pageOf(
      '<script type="application/ld+json">{"@type":"Organization","name":"N","vatID":"DE999999905"}</script>',
    ),
    notice('USt-IdNr.: DE999999904'),
  );

  expect(found.tax_id_value).toBeUndefined();
  expect(dropped.map(({ value }) => value).sort()).toEqual(['DE999999904', 'DE999999905']);
});

test('a VAT number and a SIREN that do not fit each other are both in doubt', () => {
  const { found, flags } = read(pageOf(''), notice('SIREN : 900 000 001', 'TVA : FR00 911111102'));

  expect(flags).toContain('vat_and_siren_differ');
  expect(found).toMatchObject({ tax_id_value: { confidence: 0.6 }, registered_value: { confidence: 0.6 } });
});

test('several VAT numbers are in doubt until another witness names one', () => {
  const home = (vatId: string) =>
    pageOf(`<script type="application/ld+json">{"@type":"Organization","name":"N"${vatId}}</script>`);
  const both = notice('USt-IdNr.: DE999999903', 'USt-IdNr.: DE999999807');

  expect(read(home(''), both).found.tax_id_value).toMatchObject({ confidence: 0.6 });
  expect(read(home(',"vatID":"DE999999807"'), both).found.tax_id_value).toMatchObject({
    ...{ value: 'DE999999807', confidence: 1 },
  });
});

test('a home page names its numbers in the footer only', () => {
  const quoted = read(pageOf('<p>A customer writes: our VAT ID: DE999999807</p>'));
  const own = read(pageOf('<footer>Nordlicht Fiktiv GmbH · USt-IdNr. DE999999903</footer>'));

  expect(quoted.found.tax_id_value).toBeUndefined();
  expect(own.found.tax_id_value).toMatchObject({ value: 'DE999999903' });
});
