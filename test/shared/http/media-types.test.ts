import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readAccept,
  refuseParameters,
  refuseUnspoken,
  requireJsonType,
} from '../../../shared/http/media-types.ts';

const api = 'application/vnd.api+json';
const problem = 'application/problem+json';

const codeOf = (work: () => void): string => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an Accept header', () => {
  it.each([
    [undefined, 'json', 'json'],
    ['', 'json', 'json'],
    ['*/*', 'json', 'json'],
    ['application/*', 'json', 'json'],
    ['application/json', 'json', 'json'],
    ['text/html,application/xhtml+xml;q=0.9', 'json', 'json'],
    [api, 'jsonapi', 'jsonapi'],
    ['Application/VND.api+JSON', 'jsonapi', 'jsonapi'],
    [problem, 'json', 'problem'],
    [`${problem}, application/json`, 'json', 'problem'],
    [`application/json, ${problem};q=0.5`, 'json', 'json'],
    [`application/json;q=0.1, ${api}`, 'jsonapi', 'jsonapi'],
    [`${api};q=0.1, application/json`, 'json', 'json'],
    [`${api};q=0`, 'json', 'json'],
    [`${api}, ${problem};q=0.9`, 'jsonapi', 'jsonapi'],
    [`${problem}, ${api};q=0.9`, 'jsonapi', 'problem'],
    [`${api};profile="https://profiles.example/cursor"`, 'jsonapi', 'jsonapi'],
    [`${api};profile="https://profiles.example/a, b;c"`, 'jsonapi', 'jsonapi'],
    [`${api};ext="https://ext.example/bulk", ${api}`, 'jsonapi', 'jsonapi'],
    [`application/json, ${api};ext="https://ext.example/bulk";q=0.5`, 'json', 'json'],
    [`${api};charset=utf-8`, 'jsonapi', 'jsonapi'],
  ])('%s is answered in %s, and errors in %s', (accept, success, error) => {
    expect(readAccept(accept)).toEqual({ success, error });
  });

  it.each([
    [api, 'taken'],
    ['application/json', 'taken'],
    [undefined, 'taken'],
    [`${api};q=0.5`, 'taken'],
    [`${api};profile="https://profiles.example/p"`, 'taken'],
    [`${api};ext=""`, 'taken'],
    [`${api};charset=utf-8, ${api}`, 'taken'],
    [`${api};charset=utf-8`, 'NOT_ACCEPTABLE'],
    [`${api};charset=utf-8, */*`, 'NOT_ACCEPTABLE'],
    [`${api};ext="https://ext.example/bulk"`, 'NOT_ACCEPTABLE'],
    [`${api};ext="https://ext.example/a", ${api};version=1`, 'NOT_ACCEPTABLE'],
  ])('%s is %s', (accept, code) => {
    expect(codeOf(() => refuseUnspoken(accept))).toBe(code);
  });

  it('is read whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (accept) => {
        expect(['json', 'jsonapi']).toContain(readAccept(accept).success);
      }),
    );
  });
});

describe('a Content-Type', () => {
  it.each([
    ['application/json', 'taken'],
    ['application/json; charset=utf-8', 'taken'],
    ['APPLICATION/JSON; Charset="UTF8"', 'taken'],
    [api, 'taken'],
    [`${api}; profile="https://profiles.example/p"`, 'taken'],
    ['application/json; charset=latin1', 'UNSUPPORTED_MEDIA_TYPE'],
    [`${api}; charset=utf-8`, 'UNSUPPORTED_MEDIA_TYPE'],
    [`${api}; ext="https://ext.example/bulk"`, 'UNSUPPORTED_MEDIA_TYPE'],
    [`${api}; version=1`, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/jsonp', 'UNSUPPORTED_MEDIA_TYPE'],
    ['text/plain', 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/x-www-form-urlencoded', 'UNSUPPORTED_MEDIA_TYPE'],
    [undefined, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s of a body is %s', (type, code) => {
    expect(
      codeOf(() => {
        refuseParameters(type);
        requireJsonType(type);
      }),
    ).toBe(code);
  });
});
