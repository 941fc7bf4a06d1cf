import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Of a collect of one file: create, start, upload, finalize. */
const CALLS = 4;
/** A busy machine takes half a minute to start a browser. */
const TIMEOUT_MS = 90_000;

/** The part of the extension's own API that the tests use inside its popup. */
interface ExtensionApi {
  storage: {
    local: { get(): Promise<Record<string, unknown>>; clear(): Promise<void> };
    onChanged: { addListener(listener: (changes: Record<string, { newValue?: unknown }>) => void): void };
  };
  alarms: { create(name: string, when: { when: number; periodInMinutes: number }): Promise<void> };
}
declare const chrome: ExtensionApi;

/** How often the outbox sent a call: as often as it fetched. What the browser repeats by itself is not in it. */
export type Tries = Record<string, number>;

export interface Extension {
  id: string;
  /** The popup as a page. */
  popup: Page;
  /** Chooses a file and clicks Collect; resolves when the calls of the collect are in the outbox. */
  collect(file: { name: string; text: string }): Promise<void>;
  /** Resolves when nothing waits in the outbox. */
  settled(): Promise<void>;
  /** By Idempotency-Key. */
  tries: Tries;
  /** Ends the service worker as the browser does, in the middle of whatever it does. */
  stopWorker(): Promise<void>;
  /** Brings the next alarm forward to now. */
  ringAlarm(): Promise<void>;
}

export interface Browser {
  version: string;
  extension: Extension;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** The extension. */
  folder: string;
  /** Where the browser keeps what it knows; it goes on with what is there. */
  profile: string;
  /** Settings of the extension. */
  base: string;
  token: string;
}

/** Starts Chromium with an extension and nothing else, and signs the extension in. */
export const startBrowser = async ({ folder, profile, ...settings }: BrowserOptions): Promise<Browser> => {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? 'chromium',
    // Playwright's own headless mode has no extensions.
    headless: false,
    args: [
      '--headless=new',
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  try {
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    const extension = await openExtension(context, new URL(worker.url()).host);
    await signIn(extension.popup, settings);
    return {
      version: context.browser()?.version() ?? '',
      extension,
      close: () => context.close(),
    };
  } catch (error) {
    await context.close();
    throw error;
  }
};

const signIn = async (popup: Page, { base, token }: { base: string; token: string }) => {
  await popup.getByLabel('API').fill(base);
  await popup.getByLabel('Token').fill(token);
  await popup.getByLabel('Token').blur();
};

const openExtension = async (context: BrowserContext, id: string): Promise<Extension> => {
  const tries: Tries = {};
  // Called from the popup, which sees each change of the outbox; kept here, where it outlives the popup.
  await context.exposeFunction('noteTries', (key: string, count: number) => {
    tries[key] = Math.max(tries[key] ?? 0, count);
  });
  const extension: Extension = {
    id,
    popup: await openPopup(context, id),
    async collect({ name, text }) {
      await extension.popup
        .getByLabel('Files')
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
      const before = Object.keys(tries).length;
      await extension.popup.getByRole('button', { name: 'Collect' }).click();
      await expect.poll(() => Object.keys(tries).length, { timeout: TIMEOUT_MS }).toBe(before + CALLS);
    },
    async settled() {
      await extension.popup.getByText(/^0 waiting/).waitFor();
    },
    tries,
    async stopWorker() {
      const session = await context.newCDPSession(extension.popup);
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
      await session.detach();
    },
    async ringAlarm() {
      await extension.popup.evaluate(() =>
        chrome.alarms.create('outbox', { when: Date.now(), periodInMinutes: 1 }),
      );
    },
  };
  return extension;
};

const openPopup = async (context: BrowserContext, id: string): Promise<Page> => {
  const popup = await context.newPage();
  await popup.goto(`chrome-extension://${id}/popup.html`);
  await popup.evaluate(() => {
    const { noteTries } = globalThis as unknown as { noteTries(key: string, count: number): void };
    chrome.storage.onChanged.addListener((changes) => {
      for (const { newValue } of Object.values(changes)) {
        const { key, tries } = Object(newValue) as { key?: string; tries?: number };
        if (key !== undefined && tries !== undefined) noteTries(key, tries);
      }
    });
  });
  return popup;
};
