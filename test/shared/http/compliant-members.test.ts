import { describe, expect, it } from 'vitest';
import { compliantMembers } from '../../../shared/http/compliant-members.ts';

describe('a JSON:API document without other members', () => {
  it('loses what the specification has no word for, wherever that stands', () => {
    const identifier = { type: 'task', id: '1', more: 1 };
    const body = {
      more: 1,
      '@context': 'x',
      data: {
        ...{ more: 1, type: 'collect', lid: 'a', links: {}, meta: { more: 1 } },
        attributes: { '@id': 1, provider: 'popup', nested: { '@id': 1 } },
        relationships: { task: { data: identifier, more: 1 }, tasks: { data: [identifier] } },
      },
    };

    expect(compliantMembers(body)).toEqual({
      data: {
        ...{ type: 'collect', lid: 'a', links: {}, meta: { more: 1 } },
        attributes: { provider: 'popup', nested: { '@id': 1 } },
        relationships: {
          task: { data: { type: 'task', id: '1' } },
          tasks: { data: [{ type: 'task', id: '1' }] },
        },
      },
    });
  });

  it('keeps what a door has to refuse', () => {
    for (const body of [
      { data: { type: 'collect', attributes: { unknown: 1 } } },
      { data: { type: 'collect' }, errors: [] },
      { data: [null, 3, { type: 'collect' }] },
      { data: { attributes: [], relationships: 'x' } },
      { data: { relationships: { task: null, other: { data: null } } } },
      JSON.parse('{"data":{"attributes":{"__proto__":1}}}'),
      ...[undefined, null, 3, 'data', [], {}, { root: 'invoices' }],
    ])
      expect(JSON.stringify(compliantMembers(body))).toBe(JSON.stringify(body));
  });
});
