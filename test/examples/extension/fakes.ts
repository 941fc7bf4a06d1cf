import { createHash, randomUUID } from 'node:crypto';
import type { Storage } from './example.ts';

/** What a browser that is closed does to the code in it: it stops between two lines, wherever they are. */
export class Death extends Error {}

export interface FakeStorage extends Storage {
  kept: Map<string, unknown>;
}

/** Values as JSON, as the browser keeps them. `step` is called before each access and after each change. */
export const fakeStorage = (step: () => void = () => {}): FakeStorage => {
  const kept = new Map<string, unknown>();
  const copy = (value: unknown) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
  return {
    kept,
    async get(keys = [...kept.keys()]) {
      step();
      const wanted = [keys].flat().filter((key) => kept.has(key));
      return Object.fromEntries(wanted.map((key) => [key, copy(kept.get(key))]));
    },
    async getKeys() {
      step();
      return [...kept.keys()];
    },
    async set(values) {
      step();
      for (const [key, value] of Object.entries(values)) kept.set(key, copy(value));
      step();
    },
    async remove(keys) {
      step();
      for (const key of [keys].flat()) kept.delete(key);
      step();
    },
  };
};

/** A request as the server reads it. */
export interface Heard {
  method: string;
  path: string;
  key: string;
  token: string;
  type: string | null;
  /** The JSON, or the document of a form. */
  data: { type: string; attributes: Record<string, unknown> };
  /** SHA-256 of the file of a form, and its name. */
  file?: { name: string; sha256: string };
}

/**
 * The API at the edge of the network: it knows each key, does its work once and answers the same again. `meet` sees
 * each request before it is worked on; what it answers goes out instead of an answer.
 */
export const fakeServer = (meet: (heard: Heard) => Response | undefined = () => undefined) => {
  const heard: Heard[] = [];
  const done = new Map<string, { request: string; answer: object }>();
  const work: Heard[] = [];
  const server = {
    heard,
    /** The requests that were worked on. */
    work,
    /** Called when the work is done and before the answer goes out: a throw here is an answer that is lost. */
    answering: (_heard: Heard) => {},
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const request = new Request(url, init);
      const one = await read(request);
      heard.push(one);
      const instead = meet(one);
      if (instead) return instead;

      const { token: _, ...asked } = one;
      const kept = done.get(one.key);
      if (kept && kept.request !== JSON.stringify(asked))
        return Response.json({ code: 'IDEMPOTENCY_KEY_REUSED' }, { status: 422 });
      const answer = kept?.answer ?? { data: { type: one.data.type, id: randomUUID() } };
      if (!kept) {
        done.set(one.key, { request: JSON.stringify(asked), answer });
        work.push(one);
      }
      server.answering(one);
      return Response.json(answer, { status: 201 });
    },
  };
  return server;
};

const read = async (request: Request): Promise<Heard> => {
  const { method, url, headers } = request;
  const type = headers.get('content-type')?.split(';')[0] ?? null;
  const one = {
    ...{ method, type, path: new URL(url).pathname },
    key: headers.get('idempotency-key') ?? '',
    token: headers.get('authorization') ?? '',
  };
  if (type !== 'multipart/form-data') return { ...one, ...JSON.parse(await request.text()) };
  const form = await request.formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('a form without a file');
  const sha256 = createHash('sha256')
    .update(await file.bytes())
    .digest('hex');
  return { ...one, ...JSON.parse(String(form.get('document'))), file: { name: file.name, sha256 } };
};
