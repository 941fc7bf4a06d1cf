import { create, patch, upload } from './operations.js';
import { openOutbox } from './outbox.js';

const { local, onChanged } = chrome.storage;
const { settings, files, collect, state } = document.forms[0];
const outbox = openOutbox(local);

const show = async () => {
  const kept = Object.entries(await local.get());
  const count = (part) => kept.filter(([name]) => name.startsWith(part)).length;
  const codes = kept.flatMap(([, { code }]) => code ?? []);
  state.value = `${count('call')} waiting, ${count('dead')} refused ${codes}`;
};
onChanged.addListener(show);
void show();

settings.onchange = ({ target }) => local.set({ [target.name]: target.value });
collect.onclick = async () => {
  const at = new Date().toISOString();
  const calls = [create({ provider: 'demo-supplier-portal' })];
  calls.push(patch({ status: 'in_progress', started_at: at }));
  try {
    for (const file of files.files) calls.push(upload(file.name, (await file.bytes()).toBase64()));
    calls.push(patch({ status: 'finalized', ended_at: at }, true));
    await outbox.add(crypto.randomUUID(), calls);
    await chrome.runtime.sendMessage('wake');
  } catch ({ message }) {
    state.value = message;
  }
};
