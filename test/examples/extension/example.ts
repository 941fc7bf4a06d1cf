import { resolve } from 'node:path';

/** The example as Chrome loads it. */
export const folder = resolve(import.meta.dirname, '../../../examples/extension');

/** A call as the outbox keeps it. */
export interface Call {
  method: string;
  path: string;
  body: string;
  key: string;
  tries: number;
  due: number;
  first?: number;
  code?: string;
}

/** The part of `chrome.storage.local` that the outbox uses. */
export interface Storage {
  get(keys?: string | string[]): Promise<Record<string, unknown>>;
  getKeys(): Promise<string[]>;
  set(values: Record<string, unknown>): Promise<void>;
  remove(keys: string | string[]): Promise<void>;
}

export interface Outbox {
  add(run: string, calls: Call[]): Promise<void>;
  run(): Promise<number>;
}

// Plain JavaScript for a browser, so it says nothing of its types.
export const { openOutbox } = (await import(`${folder}/outbox.js`)) as {
  openOutbox(storage: Storage, fetch: (url: string, init: RequestInit) => Promise<Response>): Outbox;
};
export const { create, patch, upload } = (await import(`${folder}/operations.js`)) as {
  create(attributes: object): Call;
  patch(attributes: object, ends?: boolean): Call;
  upload(name: string, base64: string): Call;
};
