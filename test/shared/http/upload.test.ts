import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseUpload } from '../../../shared/http/upload.ts';

const pdf = new Blob(['%PDF-1.7 content'], { type: 'application/pdf' });

/** The bytes of a form as a browser would send them. */
const send = async (form: FormData, options?: { maxBytes?: number }) => {
  const request = new Request('http://x', { method: 'POST', body: form });
  const body = new Uint8Array(await request.arrayBuffer());
  return parseUpload(body, request.headers.get('content-type') ?? '', options);
};
const form = (...parts: [name: string, value: string | Blob, fileName?: string][]) => {
  const made = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') made.append(name, value);
    else made.append(name, value, fileName);
  }
  return made;
};
const part = (head: string, body: string) => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const sendText = (text: string, type = 'multipart/form-data; boundary=b') =>
  parseUpload(Buffer.from(text), type);

describe('an upload', () => {
  it('is a file with its name and sum', async () => {
    const { file } = await send(form(['file', pdf, 'Rechnung März 2026.pdf']));

    expect(file.name).toBe('Rechnung März 2026.pdf');
    expect(Buffer.from(file.bytes).toString()).toBe('%PDF-1.7 content');
    expect(file.sha256).toBe(createHash('sha256').update('%PDF-1.7 content').digest('hex'));
  });

  it('keeps every byte of a large binary file', async () => {
    const bytes = new Uint8Array(3_000_000).map((_, at) => (at * 7919) % 256);

    const { file } = await send(form(['file', new Blob([bytes]), 'a.bin']));

    expect(Buffer.from(file.bytes).equals(bytes)).toBe(true);
  });

  it('says what it is in a JSON part', async () => {
    const said = { data: { type: 'documents', attributes: { file_name: 'a.pdf' }, relationships: {} } };

    const { document } = await send(form(['document', JSON.stringify(said)], ['file', pdf, 'a.pdf']));

    expect(document).toEqual(said);
  });

  it('may send the JSON part as a blob, which browsers give a file name', async () => {
    const json = new Blob(['{"file_name":"a.pdf","relationships":{"workspace":{"data":null}}}'], {
      type: 'application/json',
    });

    const { document } = await send(form(['file', pdf, 'a.pdf'], ['document', json]));

    expect(document).toEqual({
      data: {
        type: 'document',
        attributes: { file_name: 'a.pdf' },
        relationships: { workspace: { data: null } },
      },
    });
  });

  it('may say it in dotted fields', async () => {
    const { document } = await send(
      form(
        ['data.attributes.file_name', 'a.pdf'],
        ['data.attributes.metadata.document_type', 'invoice'],
        ['data.relationships.workspace.data.id', 'w'],
        ['file', pdf, 'a.pdf'],
      ),
    );

    expect(document).toEqual({
      data: {
        type: 'document',
        attributes: { file_name: 'a.pdf', metadata: { document_type: 'invoice' } },
        relationships: { workspace: { data: { id: 'w' } } },
      },
    });
  });

  it('need not say anything', async () => {
    const { document } = await send(form(['file', pdf, 'a.pdf']));

    expect(document).toEqual({ data: { type: 'document', attributes: {} } });
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.pdf', 'a.pdf'],
    ['..', 'upload'],
    ['a\u202efdp.exe', 'afdp.exe'],
    [`${'x'.repeat(400)}.pdf`, `${'x'.repeat(196)}.pdf`],
  ])('names its file %j as %j', async (given, kept) => {
    const { file } = await send(form(['file', pdf, given]));

    expect(file.name).toBe(kept);
  });
});

describe('a form that is no upload', () => {
  const refused: [string, () => Promise<unknown>, string][] = [
    ['no file', () => send(form(['document', '{}'])), 'file'],
    ['two files', () => send(form(['file', pdf, 'a'], ['file', pdf, 'b'])), 'file'],
    ['three files', () => send(form(['file', pdf, 'a'], ['file', pdf, 'b'], ['file', pdf, 'c'])), ''],
    ['an empty file', () => send(form(['file', new Blob([]), 'a'])), 'file'],
    [
      'a file under another name',
      () => send(form(['file', pdf, 'a'], ['attachment', pdf, 'b'])),
      'attachment',
    ],
    [
      'two documents',
      () => send(form(['document', '{}'], ['document', '{}'], ['file', pdf, 'a'])),
      'document',
    ],
    [
      'a document and dotted fields',
      () => send(form(['document', '{}'], ['data.attributes.x', '1'], ['file', pdf, 'a'])),
      'data.attributes.x',
    ],
    ['broken JSON', () => send(form(['document', '{'], ['file', pdf, 'a'])), ''],
    ['deep JSON', () => send(form(['document', '['.repeat(5_000)], ['file', pdf, 'a'])), ''],
    [
      'an endless document',
      () => send(form(['document', 'x'.repeat(70_000)], ['file', pdf, 'a'])),
      'document',
    ],
    [
      'a field twice',
      () => send(form(['data.type', 'a'], ['data.type', 'b'], ['file', pdf, 'a'])),
      'data.type',
    ],
    [
      'a field that is value and parent',
      () => send(form(['data.attributes.x', 'a'], ['data.attributes.x.y', 'b'], ['file', pdf, 'a'])),
      'data.attributes.x.y',
    ],
    [
      'a prototype',
      () => send(form(['data.__proto__.admin', 'true'], ['file', pdf, 'a'])),
      'data.__proto__.admin',
    ],
    [
      'a constructor',
      () => send(form(['data.constructor.prototype.admin', 'true'], ['file', pdf, 'a'])),
      'data.constructor.prototype.admin',
    ],
    [
      'a hundred fields',
      () =>
        send(
          form(
            ['file', pdf, 'a'],
            ...Array.from({ length: 100 }, (_, n) => [`data.x${n}`, ''] as [string, string]),
          ),
        ),
      '',
    ],
    ['no boundary', () => sendText('x', 'multipart/form-data'), ''],
    ['no end', () => sendText(part('Content-Disposition: form-data; name="file"; filename="a"', 'x')), ''],
    ['an end in a header', () => sendText('--b\r\nContent-Disposition: form-da'), ''],
    ['nothing', () => sendText(''), ''],
  ];
  it.each(refused)('is a 400: %s', async (_what, upload, path) => {
    await expect(upload()).rejects.toMatchObject({ status: 400, ...(path ? { details: { path } } : {}) });
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('is a 413 beyond the limit', async () => {
    await expect(send(form(['file', pdf, 'a.pdf']), { maxBytes: 5 })).rejects.toMatchObject({ status: 413 });
    await expect(send(form(['file', pdf, 'a.pdf']), { maxBytes: 16 })).resolves.toBeDefined();
  });
});
