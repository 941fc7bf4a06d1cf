import { openOutbox } from './outbox.js';

const { alarms, runtime, storage } = chrome;
const outbox = openOutbox(storage.local, fetch);
let timer;
const wake = async () => {
  const wait = await outbox.run();
  clearTimeout(timer);
  if (wait < Infinity) timer = setTimeout(wake, wait);
};

for (const event of [alarms.onAlarm, runtime.onInstalled, runtime.onMessage, runtime.onStartup])
  event.addListener(() => void wake());
// For good: an alarm set when needed can be lost with the worker that was to set it.
void alarms.create('outbox', { periodInMinutes: 1 });
void wake();
