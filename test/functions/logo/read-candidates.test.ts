import { describe, expect, test } from 'vitest';
import { readCandidates } from '../../../functions/logo/read-candidates.ts';

const pageUrl = 'https://www.nordlicht.example/shop/index.html';
const read = (html: string) => readCandidates(Buffer.from(html), pageUrl);
const named = (html: string) => read(html).candidates.map(({ url, from }) => `${from} ${url}`);
const jsonLd = (data: unknown) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;

describe('what a page names', () => {
  test.for<[string, string, string[]]>([
    ['an icon', '<link rel="icon" href="a.png">', ['icon https://www.nordlicht.example/shop/a.png']],
    [
      'any letter case and order of words',
      '<LINK HREF=/a.ico REL="Shortcut ICON">',
      ['icon https://www.nordlicht.example/a.ico'],
    ],
    [
      'a touch icon without a scheme',
      '<link rel="apple-touch-icon-precomposed" href="//cdn.example/t.png">',
      ['apple-touch-icon https://cdn.example/t.png'],
    ],
    [
      'a silhouette',
      '<link rel="icon" mask href="/m.svg">',
      ['mask-icon https://www.nordlicht.example/m.svg'],
    ],
    [
      'logos and share images in meta tags',
      '<meta property="og:logo" content="/l.png"><meta name="twitter:image" content="/s.png">',
      ['og:logo https://www.nordlicht.example/l.png', 'twitter:image https://www.nordlicht.example/s.png'],
    ],
    [
      'a logo in microdata',
      '<img itemprop="logo" src="/l.svg">',
      ['itemprop:logo https://www.nordlicht.example/l.svg'],
    ],
    [
      'a logo that is an item of its own',
      '<div itemprop="logo" itemscope><meta itemprop="url" content="/l.png"></div>',
      ['itemprop:logo https://www.nordlicht.example/l.png'],
    ],
    ['no embedded picture', '<link rel="icon" href="data:image/png;base64,AAAA">', []],
    ['no pixel', '<link rel="icon" sizes="1x1" href="/p.png">', []],
    ['no other link', '<link rel="stylesheet" href="/a.css"><link rel="wlwmanifest" href="/m.xml">', []],
    ['nothing that is a comment', '<!--[if IE]><link rel="icon" href="/a.ico"><![endif]-->', []],
  ])('%s', ([, html, expected]) => {
    expect(named(html)).toEqual(expected);
  });

  test.for([
    ['https://cdn.example/a/', 'https://cdn.example/a/i.png'],
    ['//cdn.example/a/', 'https://cdn.example/a/i.png'],
    ['static.nordlicht.example/a/', 'https://static.nordlicht.example/a/i.png'],
    ['/a/', 'https://www.nordlicht.example/a/i.png'],
    ['a.html', 'https://www.nordlicht.example/shop/i.png'],
    ['http://[', 'https://www.nordlicht.example/shop/i.png'],
  ] as const)('relative addresses start at the base %s', ([base, expected]) => {
    expect(read(`<base href="${base}"><link rel="icon" href="i.png">`).candidates[0]?.url).toBe(expected);
  });

  test('an address counts once, with the largest of its sizes', () => {
    const html =
      '<link rel="icon" sizes="57x57" href="/a.png"><link rel="icon" sizes="114x114" href="/a.png">';

    expect(read(html).candidates).toMatchObject([{ sizes: '114x114' }]);
  });

  test('the manifest is named beside the pictures', () => {
    expect(read('<link rel="manifest" href="/site.webmanifest">').manifestUrl).toBe(
      'https://www.nordlicht.example/site.webmanifest',
    );
  });

  test('a page that nests without an end is read up to there', () => {
    const html = `<link rel="icon" href="/a.png">${'<div>'.repeat(200_000)}<link rel="icon" href="/b.png">`;

    expect(named(html)).toEqual(['icon https://www.nordlicht.example/a.png']);
  });
});

describe('structured data', () => {
  const organization = { '@type': 'Organization', url: 'https://nordlicht.example' };
  const logo = { '@type': 'ImageObject', '@id': '#logo', url: '/l.png', width: 400, height: '300 px' };
  const found = { url: 'https://www.nordlicht.example/l.png', from: 'jsonld:Organization' };

  test.for<[string, unknown, object[]]>([
    ['an address', { ...organization, logo: '/l.png' }, [{ ...found, sizes: null }]],
    ['a picture with its size', { ...organization, logo }, [{ ...found, sizes: '400x300' }]],
    ['a list of pictures', [{ ...organization, logo: [logo] }], [found]],
    ['a mention in a graph', { '@graph': [{ ...organization, logo: { '@id': '#logo' } }, logo] }, [found]],
    [
      'one of several types',
      { '@type': ['Thing', 'NewsMediaOrganization'], logo: '/l.png' },
      [{ ...found, from: 'jsonld:NewsMediaOrganization' }],
    ],
    ['a publisher with an address', { '@type': 'Article', publisher: { ...organization, logo } }, [found]],
    ['no sponsor', { '@type': 'Event', sponsor: { ...organization, logo } }, []],
    ['no person', { '@type': 'Person', logo: '/l.png' }, []],
    [
      'a size that nobody could read',
      { ...organization, logo: { ...logo, width: 1, height: 1 } },
      [{ sizes: null }],
    ],
  ])('names %s', ([, data, expected]) => {
    expect(read(jsonLd(data)).candidates).toMatchObject(expected);
  });

  test.for<[string, unknown]>([
    [
      'a publisher without an address',
      { '@type': 'Article', publisher: { '@type': 'Organization', logo: '/l.png' } },
    ],
    ['an organisation of another site', { ...organization, url: 'https://agency.example', logo: '/l.png' }],
  ])('%s is anybody', ([, data]) => {
    expect(read(jsonLd(data)).candidates).toMatchObject([{ anonymous: true }]);
  });

  test('data that is broken says nothing, data in comment marks does', () => {
    const html = `<script type="application/ld+json">{"@type": </script>
      <script type="Application/LD+JSON"><!-- ${JSON.stringify({ ...organization, logo: '/l.png' })} --></script>`;

    expect(read(html).candidates).toMatchObject([found]);
  });
});
