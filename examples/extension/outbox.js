const MINUTE = 60_000;
// The server knows a key for 24 hours; what it may have heard is not said again after that.
const KEY_LIFE = 23 * 60 * MINUTE;
// 401: a new token mends it.
const PASSING = [401, 408, 425, 429];
const runOf = (name) => name.slice(-36);

/** Calls wait in storage for their answer: dying at any line loses nothing and doubles nothing. */
export const openOutbox = (storage, fetch) => {
  let stamp = 0;

  /** Keeps further calls of a collect, in one write. */
  const add = (run, calls) => {
    const kept = {};
    for (const call of calls) {
      stamp = Math.max(Date.now(), stamp + 1);
      kept[`call.${stamp}.${run}`] = call;
    }
    return storage.set(kept);
  };

  /** Makes what is due, one call at a time; answers in how many milliseconds the next one is. */
  const run = () =>
    navigator.locks.request('outbox', async () => {
      for (;;) {
        const names = (await storage.getKeys()).filter((name) => name.startsWith('call.')).sort();
        // The first of each collect: its order is kept, and no collect waits for another.
        const firsts = [...Map.groupBy(names, runOf).values()].map(([name]) => name);
        const calls = Object.entries(await storage.get(firsts));
        const [next] = calls.sort(([, a], [, b]) => a.due - b.due);
        const wait = next ? next[1].due - Date.now() : Infinity;
        if (wait > 0) return wait;
        await make(...next);
      }
    });

  const make = async (name, call) => {
    const run = runOf(name);
    const { base, token, [run]: id } = await storage.get(['base', 'token', run]);
    call.first ??= Date.now();
    call.tries += 1;
    await storage.set({ [name]: call });

    const { made, code, after } = await send(call, id, base, token);
    if (after >= 0) {
      const wait = Math.random() * Math.min(MINUTE, 1_000 * 2 ** call.tries);
      return storage.set({ [name]: { ...call, code, due: Date.now() + Math.max(after, wait) } });
    }
    if (code) await storage.set({ [`dead.${call.key}`]: { ...call, code, base64: '' } });
    else if (call.creates) await storage.set({ [run]: made });
    await storage.remove(call.ends ? [name, run] : [name]);
  };

  const send = async ({ method, path, key, creates, first, ...call }, id, base, token) => {
    if (!id && !creates) return { code: 'COLLECT_MISSING' };
    if (Date.now() - first > KEY_LIFE) return { code: 'KEY_EXPIRED' };
    const headers = { Authorization: `Bearer ${token}`, 'Idempotency-Key': key };
    const body = bodyOf(call, id);
    if (!call.name) headers['Content-Type'] = 'application/json';
    const signal = AbortSignal.timeout(MINUTE);
    try {
      const answer = await fetch(`${base}/v1/${path.replace('{id}', id)}`, { method, headers, body, signal });
      const { data, code } = await answer.json();
      const { ok, status } = answer;
      if (ok) return { made: data.id };
      if (status < 500 && !PASSING.includes(status) && code !== 'IDEMPOTENCY_KEY_IN_USE') return { code };
      return { code, after: answer.headers.get('Retry-After') * 1_000 || 0 };
    } catch {
      // No answer, half of one, or somebody else's.
      return { code: 'NO_ANSWER', after: 0 };
    }
  };

  return { add, run };
};

const bodyOf = ({ body, name, base64 }, id) => {
  const document = body.replace('{id}', id);
  if (!name) return document;
  const form = new FormData();
  form.set('document', document);
  form.set('file', new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]), name);
  return form;
};
