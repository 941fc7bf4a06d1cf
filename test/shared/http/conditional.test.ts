import { describe, expect, it } from 'vitest';
import { etagOf, isKnown, jsonApiTag, readPrecondition } from '../../../shared/http/conditional.ts';
import { resource, toOne } from '../../../shared/http/document.ts';

const now = resource('collect', 'id-1', { status: 'todo' }, { task: toOne('task', null) });
const then = resource('collect', 'id-1', { status: 'in_progress' }, { task: toOne('task', null) });
const tag = etagOf(now);

const outcome = (method: string, headers: Record<string, string>, state = now): string => {
  try {
    readPrecondition(method, headers).requireMatch(state);
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an ETag', () => {
  it('is strong, and changes with what a caller can see', () => {
    const others = [then, resource('task', 'id-1', { status: 'todo' }), { ...now, id: 'id-2' }];

    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(new Set([now, ...others].map(etagOf)).size).toBe(4);
    expect(etagOf(structuredClone(now))).toBe(tag);
  });

  it.each([
    [undefined, false],
    [tag, true],
    [`W/${tag}`, true],
    ['*', true],
    [`"other", ${tag}`, true],
    ['"other"', false],
    [jsonApiTag(tag), false],
    [etagOf(then), false],
  ])('%s says that the caller has it: %s', (header, known) => {
    expect(isKnown(header, tag)).toBe(known);
  });
});

describe('If-Match', () => {
  it.each([
    ['PATCH', tag, 'done'],
    ['DELETE', tag, 'done'],
    ['PATCH', jsonApiTag(tag), 'done'],
    ['PATCH', '*', 'done'],
    ['PATCH', `"other" , ${tag}`, 'done'],
    ['PATCH', '"other"', 'PRECONDITION_FAILED'],
    ['PATCH', `W/${tag}`, 'PRECONDITION_FAILED'],
    ['DELETE', etagOf(then), 'PRECONDITION_FAILED'],
    ['PATCH', 'other', 'SCHEMA_VALIDATION_ERROR'],
    ['PATCH', '', 'SCHEMA_VALIDATION_ERROR'],
    ['GET', '"other"', 'done'],
    ['POST', '"other"', 'done'],
  ])('of a %s with %s is %s', (method, header, expected) => {
    expect(outcome(method, { 'if-match': header })).toBe(expected);
  });
});

describe('If-None-Match of a change', () => {
  it.each([
    [tag, 'PRECONDITION_FAILED'],
    [`W/${tag}`, 'PRECONDITION_FAILED'],
    ['*', 'PRECONDITION_FAILED'],
    ['"other"', 'done'],
  ])('%s is %s', (header, expected) => {
    expect(outcome('PATCH', { 'if-none-match': header })).toBe(expected);
  });
});

describe('a door that forgets its precondition', () => {
  it('is found out when the caller had one', () => {
    expect(readPrecondition('PATCH', { 'if-match': '*' }).wasMissed()).toBe(true);
    expect(readPrecondition('PATCH', {}).wasMissed()).toBe(false);
    expect(readPrecondition('GET', { 'if-match': '*' }).wasMissed()).toBe(false);
  });
});
