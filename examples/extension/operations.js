// A call's key is made once, here, before it is first sent.
const call = (method, path, data, more) => {
  const body = JSON.stringify({ data });
  return { method, path, body, key: crypto.randomUUID(), tries: 0, due: 0, ...more };
};

export const create = (attributes) =>
  call('POST', 'collects', { type: 'collect', attributes }, { creates: true });

export const patch = (attributes, ends) =>
  call('PATCH', 'collects/{id}', { type: 'collect', attributes }, { ends });

export const upload = (name, base64) => {
  const attributes = { collect_id: '{id}', file_name: name };
  return call('POST', 'documents', { type: 'document', attributes }, { name, base64 });
};
