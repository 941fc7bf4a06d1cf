import { expect, test } from 'vitest';
import { findLogo } from '../../../functions/logo/find-logo.ts';
import { WebError } from '../../../shared/web/web.ts';
import type { FakeAnswer } from '../../support/web.ts';
import { mark, outside } from './sites.ts';

const home = 'https://nordlicht.example/';
const [small, good, large] = await Promise.all([mark(32), mark(100), mark(192)]);
const wide = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="60"><circle r="30"/></svg>',
);

const search = async (answers: Record<string, FakeAnswer>, addresses = [home]) => {
  const { web, images } = outside(answers);
  const signal = new AbortController().signal;
  return { search: await findLogo(addresses, { web, readImage: images.read, signal }), web };
};
const bestOf = async (page: string, files: Record<string, FakeAnswer>) => {
  const at = Object.entries(files).map(([path, answer]) => [new URL(path, home).href, answer]);
  const { search: found } = await search({ [home]: page, ...Object.fromEntries(at) });
  return found.kind === 'found' ? new URL(found.picture.candidate.url).pathname : found.kind;
};

test.for<[string, string, Record<string, FakeAnswer>, string]>([
  [
    'what is called a logo, over larger icons',
    '<meta property="og:logo" content="/l.png"><link rel="icon" href="/i.png">',
    { '/l.png': good, '/i.png': large },
    '/l.png',
  ],
  [
    'an icon, over a logo too wide for a square',
    '<meta property="og:logo" content="/l.svg"><link rel="icon" href="/i.png">',
    { '/l.svg': wide, '/i.png': good },
    '/i.png',
  ],
  [
    'the largest icon, whatever the page says of their sizes',
    '<link rel="icon" sizes="512x512" href="/a.png"><link rel="icon" sizes="16x16" href="/b.png">',
    { '/a.png': small, '/b.png': large },
    '/b.png',
  ],
  [
    'the icon of the manifest',
    '<link rel="manifest" href="/app/m.json"><link rel="icon" href="/i.png">',
    {
      '/app/m.json': '{"icons": [{"src": "large.png", "sizes": "192x192"}, {"src": 5}]}',
      '/app/large.png': large,
      '/i.png': small,
    },
    '/app/large.png',
  ],
  [
    'a usual path, when the page names small icons only',
    '<link rel="icon" href="/i.png">',
    { '/i.png': small, '/apple-touch-icon.png': large },
    '/apple-touch-icon.png',
  ],
  [
    'a small icon, when there is nothing else',
    '<link rel="icon" href="/i.png">',
    { '/i.png': small },
    '/i.png',
  ],
  [
    'a small icon, over a share image',
    '<meta property="og:image" content="/s.png"><link rel="icon" href="/i.png">',
    { '/i.png': small, '/s.png': large },
    '/i.png',
  ],
  [
    'a square share image, as the last',
    '<meta property="og:image" content="/s.png">',
    { '/s.png': large },
    '/s.png',
  ],
  ['no photo', '<meta property="og:image" content="/s.svg">', { '/s.svg': wide }, 'none'],
  [
    'no page behind an icon’s address',
    '<link rel="icon" href="/i.png">',
    { '/i.png': '<!doctype html>' },
    'none',
  ],
])('a site shows %s', async ([, page, files, expected]) => {
  expect(await bestOf(page, files)).toBe(expected);
});

test('a site without https, or with www only, is found', async () => {
  const gone = new WebError('unreachable', 'no answer');
  const www = 'https://www.nordlicht.example/';
  const { search: found } = await search(
    { [home]: gone, [www]: '<link rel="icon" href="/i.png">', [`${www}i.png`]: large },
    [home, www],
  );

  expect(found).toMatchObject({ kind: 'found', picture: { candidate: { url: `${www}i.png` } } });
});

test('nothing more is fetched once the logo is there', async () => {
  const { web } = await search({
    [home]: '<meta property="og:logo" content="/l.png"><link rel="icon" href="/i.png">',
    [`${home}l.png`]: large,
  });

  expect(web.requests).toEqual([home, `${home}l.png`]);
});

test.for<[string, FakeAnswer, object]>([
  ['a server in trouble', { status: 503 }, { kind: 'unreachable', detail: 'nordlicht.example answered 503' }],
  ['a server that asks for patience', { status: 429 }, { kind: 'unreachable' }],
  ['no server', new WebError('unreachable', 'no answer'), { kind: 'unreachable', detail: 'no answer' }],
  [
    'a private address',
    new WebError('refused', 'it is private'),
    { kind: 'refused', detail: 'it is private' },
  ],
  ['no web', new WebError('off', 'the web is off'), { kind: 'off' }],
])('%s ends the search', async ([, answer, expected]) => {
  expect((await search({ [home]: answer })).search).toMatchObject(expected);
});

test('an error page names no logo, but the usual paths are the site’s', async () => {
  const page = { status: 403, body: '<link rel="icon" href="https://guard.example/i.png">' };
  const { search: found } = await search({ [home]: page, [`${home}favicon.ico`]: small });

  expect(found).toMatchObject({ kind: 'found', picture: { candidate: { url: `${home}favicon.ico` } } });
});

test('pictures that could not be fetched for now are no proof that there is none', async () => {
  const { search: found } = await search({
    [home]: '<link rel="icon" href="/i.png">',
    [`${home}i.png`]: { status: 500 },
  });

  expect(found).toEqual({ kind: 'unreachable', detail: 'nordlicht.example: answered 500' });
});
