import type { ServerResponse } from 'node:http';
import { problemCodes } from '../domain/problem-codes.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const marked = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const entries = Object.entries(problemCodes).map(
  ([code, { status, title, means, mend }]) =>
    `<h2 id="${code}">${code}</h2>\n<p>${status} ${escaped(title)}</p>\n<p>${marked(means)}</p>\n<p>${marked(mend)}</p>`,
);

const page = Buffer.from(
  `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Error codes</title>\n<h1>Error codes</h1>\n${entries.join('\n')}\n</html>\n`,
);

/** Sends the catalogue of error codes: what the `type` of an error leads to, with an anchor for each code. */
export const sendErrorPage = (res: ServerResponse): void => {
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': page.byteLength,
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=3600',
  });
  res.end(page);
};
