import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ModelInvoice } from '../../../functions/ai_invoice/ask-model.ts';
import { aiInvoice } from '../../../functions/ai_invoice/index.ts';
import { approveInvoice } from '../../../functions/ai_invoice/resolve-invoice.ts';
import type { Model } from '../../../shared/ai/model.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { type Database, openDatabase } from '../../../shared/db/pool.ts';
import { sql } from '../../../shared/db/sql.ts';
import type { DocumentText } from '../../../shared/extraction/document-text.ts';
import { plainTextDocument } from '../../../shared/extraction/plain-text.ts';
import { readInvoiceDocument } from '../../../shared/extraction/read-invoice-document.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertExtractedDocument } from '../../support/extracted-document.ts';
import {
  insertCompany,
  insertDocument,
  insertInvoice,
  insertPayment,
  insertPerson,
  insertProvenance,
  insertTransaction,
  insertWorkspace,
} from '../../support/factories.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { ciiContact, ciiXml, creditNoteXml, longCiiXml } from '../../support/invoice-xml.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner } from '../../support/pipeline.ts';

const IBAN = 'DE02120300000000202051';
const OTHER_IBAN = 'DE88200800000970375700';
const VAT = 'FR83404833048';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;
let runner: ReturnType<typeof testRunner>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url, role: 'wellspring_worker', poolSize: 6 });
  client = await owner(fresh.url);
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
  runner = testRunner(database);
});

/** An e-invoice as its reader finds it, with a page beside it where a test needs one. */
const xmlDocument = (xml: string, page = ''): DocumentText => ({
  ...(page
    ? plainTextDocument(page)
    : { mediaType: 'application/xml', pageCount: 0, truncated: false, pages: [] }),
  ...(page ? { mediaType: 'application/pdf' } : {}),
  attachments: [{ name: page ? 'factur-x.xml' : 'document.xml', bytes: new TextEncoder().encode(xml) }],
});
const withIban = (iban = IBAN) =>
  `<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>${iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>`;

const extracted = (content: DocumentText, columns: Record<string, string> = {}) =>
  insertExtractedDocument(client, workspacePk, content, columns);

interface Asked {
  input?: Record<string, unknown>;
  targetFields?: string[];
  model?: Model | null;
  invoiceId?: string;
  readInvoice?: typeof readInvoiceDocument;
}
const readers = { documents: { readInvoice: readInvoiceDocument } };
const enqueue = (documentId: string, { input = {}, targetFields, invoiceId }: Asked = {}) =>
  enqueueOne(
    runner,
    workspacePk,
    {
      enrichment_type: 'ai_invoice',
      entity_type: invoiceId ? 'invoice' : 'document',
      entity_id: invoiceId ?? documentId,
      input,
      ...(targetFields ? { target_fields: targetFields } : {}),
    },
    { force: true },
  );
const run = async (documentId: string, asked: Asked = {}) => {
  const task = await enqueue(documentId, asked);
  const answer = await deliver(runner, aiInvoice, task, {
    model: asked.model ?? null,
    documents: { readInvoice: asked.readInvoice ?? readInvoiceDocument },
  });
  return { answer, task: await taskOf(runner, task) };
};
const outputOf = (task: TaskRow) => task.output as Record<string, unknown> & { invoice_id: string };

const rows = async <T extends pg.QueryResultRow>(text: string, ...values: unknown[]) =>
  (await client.query<T>(text, values)).rows;
const invoices = () =>
  rows(
    `select invoice_id, invoice_number, reference_number, document_type_code, status, payment_status, grand_total,
       items_total, tax_total, local_currency, issue_date::text, due_date::text, balance_due, document_pk, issuer_pk,
       receiver_pk
     from invoices where workspace_pk = $1 and deleted_at is null order by pk`,
    workspacePk,
  );
const companies = () =>
  rows(
    `select pk, company_id, name, canonical_tax_id, company_origin from companies
     where workspace_pk = $1 and deleted_at is null order by pk`,
    workspacePk,
  );
const children = (task: TaskRow) =>
  rows<{ enrichment_type: string; entity_type: string; entity_id: string; source_channel: string }>(
    `select enrichment_type, entity_type, entity_id, source_channel from enrichment_tasks
     where workspace_pk = $1 and pk > $2 and enrichment_type <> 'ai_invoice' order by pk`,
    workspacePk,
    task.pk,
  );

/** Types of the follow-ups, those included that no worker here can do. */
const askedFor = async (task: TaskRow) => [
  ...(await children(task)).map(({ enrichment_type }) => enrichment_type),
  ...((outputOf(task).followups_refused ?? []) as { enrichment_type: string }[]).map(
    ({ enrichment_type }) => enrichment_type,
  ),
];

describe('an e-invoice', () => {
  test('becomes an invoice with its lines, parties and evidence', async () => {
    const document = await extracted(xmlDocument(ciiXml()));

    const { answer, task } = await run(document.document_id);

    expect(answer).toEqual({ answer: 'done' });
    expect(task.status).toBe('completed');
    const [invoice] = await invoices();
    expect(invoice).toMatchObject({
      invoice_id: outputOf(task).invoice_id,
      invoice_number: 'A-17',
      document_type_code: '380',
      status: 'issued',
      payment_status: 'unpaid',
      grand_total: '120.00',
      items_total: '100.00',
      tax_total: '20.00',
      local_currency: 'EUR',
      issue_date: '2024-02-29 00:00:00',
      balance_due: '120.00',
      document_pk: document.pk,
    });
    expect(
      await rows(
        `select line_id, name, quantity, unit_price, line_total, tax_rate, currency from invoice_items
         where workspace_pk = $1`,
        workspacePk,
      ),
    ).toEqual([
      {
        line_id: '00012',
        name: 'Blue widget',
        quantity: '4.000000',
        unit_price: '25.000000',
        line_total: '100.00',
        tax_rate: '20.0000',
        currency: 'EUR',
      },
    ]);
    const [issuer, receiver] = await companies();
    expect(issuer).toMatchObject({
      name: 'Muster & Söhne',
      canonical_tax_id: VAT,
      company_origin: 'counterparty',
    });
    expect(invoice).toMatchObject({ issuer_pk: issuer?.pk, receiver_pk: receiver?.pk });
    expect(
      await rows('select processing_status, processing_stage from documents where pk = $1', document.pk),
    ).toEqual([{ processing_status: 'extracted', processing_stage: 'ai_invoice' }]);
  });

  test('says what it did, and who has to go on', async () => {
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id);

    const [issuer, receiver] = await companies();
    const followUps = await children(task);
    expect(task.output).toMatchObject({
      status: 'ok',
      created: true,
      cached: false,
      structured_extraction_id: expect.any(String),
      field_confidence: { invoice_number: 1, total_amount: 1, 'supplier.name': 1 },
      parties: {
        issuer_id: issuer?.company_id,
        receiver_id: receiver?.company_id,
        created: [issuer?.company_id, receiver?.company_id],
        polarity: 'unknown',
      },
      payment: { payment_status: 'unpaid' },
      model: null,
    });
    expect(followUps.filter(({ enrichment_type }) => enrichment_type === 'reconcile')).toEqual([
      {
        enrichment_type: 'reconcile',
        entity_type: 'invoice',
        entity_id: outputOf(task).invoice_id,
        source_channel: 'ocr_completion',
      },
    ]);
    expect((await askedFor(task)).sort()).toEqual(['ai_company', 'ai_company', 'reconcile']);
  });

  test('records who said each field that was written', async () => {
    const document = await extracted(xmlDocument(ciiXml({ settlement: withIban() })));

    const { task } = await run(document.document_id);

    const said = await rows<{ entity_type: string; field: string; source: string; confidence: string }>(
      `select entity_type, field, source, confidence from field_provenance
       where enrichment_task_pk = $1 order by entity_type, field`,
      task.pk,
    );
    expect(said.filter(({ entity_type }) => entity_type === 'invoice').map(({ field }) => field)).toEqual([
      'document_type_code',
      'grand_total',
      'invoice_number',
      'issue_date',
      'issuer',
      'items',
      'items_total',
      'local_currency',
      'receiver',
      'tax_total',
    ]);
    expect(said.filter(({ entity_type }) => entity_type === 'company').map(({ field }) => field)).toEqual([
      'name',
      'name',
      'registered_name',
      'registered_name',
      'tax_id_value',
    ]);
    expect(said.filter(({ entity_type }) => entity_type === 'account')).toEqual([
      { entity_type: 'account', field: 'iban', source: 'xml', confidence: '1.00' },
    ]);
    expect(new Set(said.map(({ source }) => source))).toEqual(new Set(['xml']));
  });

  test('is payable when the workspace is its receiver', async () => {
    const own = await insertCompany(client, workspacePk, { name: 'Kunde', canonical_legal_name: 'KUNDE' });
    await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({
      parties: { receiver_id: own.company_id, polarity: 'payable', created: [expect.any(String)] },
    });
  });

  test('keeps the sign and kind of a credit note, and halts its payment status', async () => {
    const document = await extracted(xmlDocument(creditNoteXml()));

    const { task } = await run(document.document_id);

    expect(await invoices()).toMatchObject([
      { document_type_code: '381', grand_total: '-59.50', payment_status: 'unknown' },
    ]);
    expect(task.output).toMatchObject({ payment: { halt: 'grand_total_invalid' } });
  });

  test('goes to a person when its page states another total', async () => {
    const page =
      'Muster & Söhne\n\nINVOICE\n\nInvoice number: A-17\nInvoice date: 29 February 2024\n\nTotal amount due   EUR 999.00\n';
    const document = await extracted(xmlDocument(ciiXml(), page));

    const { task } = await run(document.document_id);

    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: {
        status: 'needs_approval',
        review: ['xml_and_page_differ'],
        conflicts: [{ field: 'grand_total', current: '120', proposed: '999' }],
      },
    });
    expect(await invoices()).toMatchObject([{ grand_total: '120.00' }]);
  });
});

describe('an e-invoice over 1 MB', () => {
  test('is read from what was stored, and its first thousand lines are kept', async () => {
    const document = await extracted(xmlDocument(longCiiXml(1750)));

    const { task } = await run(document.document_id);

    expect(task).toMatchObject({ status: 'completed', output: { flags: [] } });
    expect(await invoices()).toMatchObject([{ invoice_number: 'A-17', grand_total: '2100.00' }]);
    expect(
      await rows('select count(*)::int from invoice_items where workspace_pk = $1', workspacePk),
    ).toEqual([{ count: 1000 }]);
  });

  test('fails for good where its parser dies of it, under the signal of the task', async () => {
    const document = await extracted(xmlDocument(longCiiXml(1750)));
    const signals: unknown[] = [];

    const { answer, task } = await run(document.document_id, {
      async readInvoice(_document, options) {
        signals.push(options?.signal);
        return { status: 'failed', code: 'TOO_LARGE', message: 'the document needs too much memory' };
      },
    });

    expect(answer).toEqual({ answer: 'done' });
    expect(task).toMatchObject({ status: 'failed', error: 'TOO_LARGE: the document needs too much memory' });
    expect(signals).toEqual([expect.any(AbortSignal)]);
    expect(await invoices()).toEqual([]);
  });
});

describe('how it is paid', () => {
  const means = () =>
    rows(
      `select a.iban, a.ownership, m.company_pk from invoice_payment_means i
       join payment_means m on m.pk = i.payment_means_pk join accounts a on a.pk = m.account_pk
       where i.workspace_pk = $1 order by i.pk`,
      workspacePk,
    );

  test('is written once, however many invoices say it', async () => {
    const first = await extracted(xmlDocument(ciiXml({ settlement: withIban() })));
    const second = await extracted(xmlDocument(ciiXml({ number: 'A-18', settlement: withIban() })));
    await run(first.document_id);

    await run(second.document_id);

    const [issuer] = await companies();
    expect(await means()).toEqual([
      { iban: IBAN, ownership: 'counterparty', company_pk: issuer?.pk },
      { iban: IBAN, ownership: 'counterparty', company_pk: issuer?.pk },
    ]);
    expect(await rows('select 1 from accounts where workspace_pk = $1', workspacePk)).toHaveLength(1);
  });

  test('goes to a person when it is an account that the issuer never had, and is not made theirs', async () => {
    const first = await extracted(xmlDocument(ciiXml({ settlement: withIban() })));
    await run(first.document_id);
    const second = await extracted(xmlDocument(ciiXml({ number: 'A-18', settlement: withIban(OTHER_IBAN) })));

    const { task } = await run(second.document_id);

    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: {
        review: ['unknown_account'],
        conflicts: [{ field: 'iban', current: IBAN, proposed: OTHER_IBAN }],
      },
    });
    expect((await means()).at(-1)).toMatchObject({ iban: OTHER_IBAN, company_pk: null });
  });
});

describe('the cache', () => {
  const passes = () =>
    rows(
      `select document_structured_extraction_id as id, deleted_at is not null as gone
       from document_structured_extractions where workspace_pk = $1 order by pk`,
      workspacePk,
    );

  test('spares a second run the reading', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const first = await run(document.document_id);

    const second = await run(document.document_id);

    expect(second.task.output).toMatchObject({
      status: 'ok',
      cached: true,
      created: false,
      invoice_id: outputOf(first.task).invoice_id,
      applied: [],
    });
    expect(await passes()).toHaveLength(1);
    expect(await invoices()).toHaveLength(1);
    expect(await companies()).toHaveLength(2);
  });

  test('misses when the evidence changed, and what it replaces is kept as deleted', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    await run(document.document_id);
    await client.query(`update document_extractions set text = 'more' where document_pk = $1`, [document.pk]);

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({ cached: false });
    expect((await passes()).map(({ gone }) => gone)).toEqual([true, false]);
  });
});

describe('halts', () => {
  test.each([
    ['not_an_invoice', plainTextDocument('PURCHASE ORDER\n\nPlease deliver 12 oak boards to our depot.\n')],
    ['not_an_invoice', xmlDocument('<Order xmlns="urn:x"><ID>1</ID></Order>')],
    ['no_text', plainTextDocument('')],
  ])('with %s', async (code, content) => {
    const document = await extracted(content);

    const { task } = await run(document.document_id);

    expect(task).toMatchObject({ status: 'completed', output: { status: 'halted', halt: { code } } });
    expect(await invoices()).toEqual([]);
    expect(
      await rows('select processing_status, processing_stage from documents where pk = $1', document.pk),
    ).toEqual([{ processing_status: 'categorized', processing_stage: `ai_invoice:${code}` }]);
  });

  test('with not_extracted when nobody read the document, and has it read', async () => {
    const document = await insertDocument(client, workspacePk);

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({ halt: { code: 'not_extracted' } });
    expect(await children(task)).toMatchObject([
      { enrichment_type: 'ocr_extract', entity_id: document.document_id },
    ]);
  });
});

describe('a contact of the counterparty', () => {
  const people = () =>
    rows(
      `select p.person_id, p.full_name, p.last_name, l.relationship_type, c.name as company,
         (select e.value from person_emails pe join emails e on e.pk = pe.email_pk where pe.person_pk = p.pk) as email,
         (select t.e164_number from person_phones pp join phones t on t.pk = pp.phone_pk where pp.person_pk = p.pk) as phone
       from peoples p
       left join company_people l on l.person_pk = p.pk and l.deleted_at is null
       left join companies c on c.pk = l.company_pk
       where p.workspace_pk = $1 and p.deleted_at is null order by p.pk, l.pk`,
      workspacePk,
    );
  const withContact = (contact = ciiContact()) => xmlDocument(ciiXml({ seller: contact }));

  test('is added with how to reach them, and looked up', async () => {
    const document = await extracted(withContact());

    const { task } = await run(document.document_id);

    const [person] = await people();
    expect(person).toMatchObject({
      full_name: 'Tanja Feld',
      last_name: 'Feld',
      relationship_type: 'contact',
      company: 'Muster & Söhne',
      email: 't.feld@oak.example',
      phone: '+49301234567',
    });
    expect(outputOf(task).parties).toMatchObject({ contacts: [person?.person_id] });
    expect(await askedFor(task)).toContain('ai_people');
    expect(
      await rows(
        'select field, source from field_provenance where entity_id = $1 order by field',
        person?.person_id,
      ),
    ).toEqual(['first_name', 'full_name', 'last_name'].map((field) => ({ field, source: 'xml' })));
  });

  test('is one person on two invoices, by mailbox or by name, and not looked up twice', async () => {
    const first = await extracted(withContact());
    const second = await extracted(
      xmlDocument(ciiXml({ number: 'A-18', seller: ciiContact({ name: 'Feld, Tanja' }) })),
    );
    const third = await extracted(
      xmlDocument(ciiXml({ number: 'A-19', seller: ciiContact({ email: 'info@oak.example' }) })),
    );
    await run(first.document_id);

    const again = await run(second.document_id);
    const once = await run(third.document_id);

    expect(await people()).toHaveLength(1);
    for (const { task } of [again, once]) expect(await askedFor(task)).not.toContain('ai_people');
  });

  test('stays away once somebody took them out', async () => {
    await run((await extracted(withContact())).document_id);
    await client.query('update company_people set deleted_at = now() where workspace_pk = $1', [workspacePk]);
    await client.query('update peoples set deleted_at = now() where workspace_pk = $1', [workspacePk]);

    const next = await extracted(xmlDocument(ciiXml({ number: 'A-20', seller: ciiContact() })));
    await run(next.document_id);

    expect(await people()).toEqual([]);
  });

  test('is never one of our own people', async () => {
    const own = await insertCompany(client, workspacePk, { name: 'Kunde' });
    await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);
    const mine = await insertPerson(client, workspacePk, { full_name: 'Our Boss' });
    await client.query(
      `with address as (insert into emails (workspace_pk, value) values ($1, 'T.Feld@oak.example') returning pk),
         link as (insert into company_people (workspace_pk, company_pk, person_pk) values ($1, $2, $3))
       insert into person_emails (workspace_pk, person_pk, email_pk) select $1, $3, pk from address`,
      [workspacePk, own.pk, mine.pk],
    );

    const { task } = await run((await extracted(withContact())).document_id);

    expect(await people()).toMatchObject([{ full_name: 'Our Boss', company: 'Kunde' }]);
    expect(outputOf(task).parties).toMatchObject({ contacts: [] });
  });

  test.each(['Kundenservice', 'Muster & Söhne'.replace('&', '&amp;'), 'nicht vorhanden'])(
    'is nobody where the invoice says %s',
    async (name) => {
      const { task } = await run((await extracted(withContact(ciiContact({ name })))).document_id);

      expect(task.status).toBe('completed');
      expect(await people()).toEqual([]);
    },
  );
});

describe('an invoice that is there already', () => {
  const known = async (columns: Record<string, unknown> = {}) => {
    const issuer = await insertCompany(client, workspacePk, { canonical_tax_id: VAT });
    return insertInvoice(client, workspacePk, {
      issuer_pk: issuer.pk,
      invoice_number: 'a 17',
      grand_total: null,
      ...columns,
    });
  };

  test('is recognised by issuer and number, and gets the document as its evidence', async () => {
    const invoice = await known();
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: { halt: { code: 'duplicate_invoice' }, invoice_id: invoice.invoice_id, attached: true },
    });
    expect(await invoices()).toMatchObject([{ document_pk: document.pk, grand_total: null }]);
  });

  test('is recognised by issuer, reference, total and day', async () => {
    const reference = '<ram:PaymentReference>REF-5</ram:PaymentReference>';
    const invoice = await known({
      invoice_number: null,
      reference_number: 'REF-5',
      grand_total: '120.00',
      issue_date: '2024-02-29',
    });
    const document = await extracted(xmlDocument(ciiXml({ settlement: reference })));

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({
      halt: { code: 'duplicate_invoice' },
      invoice_id: invoice.invoice_id,
    });
  });

  test('keeps the evidence it has', async () => {
    const evidence = await insertDocument(client, workspacePk);
    await known({ document_pk: evidence.pk });
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({ halt: { code: 'duplicate_invoice' }, attached: false });
    expect(await invoices()).toMatchObject([{ document_pk: evidence.pk }]);
  });

  test('of another workspace, or one that was deleted, is none', async () => {
    await known({ deleted_at: new Date() });
    const elsewhere = await insertWorkspace(client);
    const stranger = await insertCompany(client, elsewhere.pk, { canonical_tax_id: VAT });
    await insertInvoice(client, elsewhere.pk, { issuer_pk: stranger.pk, invoice_number: 'A-17' });
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({ status: 'ok', created: true });
  });

  test('is made once when two documents bring it at the same time', async () => {
    const documents = await Promise.all([1, 2, 3, 4].map(() => extracted(xmlDocument(ciiXml()))));
    const tasks = await Promise.all(documents.map(({ document_id }) => enqueue(document_id)));

    await Promise.all(tasks.map((task) => deliver(runner, aiInvoice, task, { model: null, ...readers })));

    const ended = await Promise.all(tasks.map((task) => taskOf(runner, task)));
    expect(ended.map(({ output }) => (output as { status: string }).status).sort()).toEqual([
      'halted',
      'halted',
      'halted',
      'ok',
    ]);
    expect(await invoices()).toHaveLength(1);
    expect(await companies()).toHaveLength(2);
  });
});

describe('a value of a person', () => {
  test('stands, and a person is asked about the difference', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const first = await run(document.document_id);
    const { invoice_id } = outputOf(first.task);
    await client.query('update invoices set grand_total = 130 where invoice_id = $1', [invoice_id]);
    await client.query(
      `update field_provenance set source = 'user' where entity_id = $1 and field = 'grand_total'`,
      [invoice_id],
    );

    const { task } = await run(document.document_id, { input: { force: true } });

    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: {
        review: ['user_value'],
        skipped: [{ field: 'grand_total', reason: 'user_value' }],
        conflicts: [{ field: 'grand_total', current: '130.00', proposed: '120.00', confidence: 1 }],
        proposal: { entity_type: 'invoice', entity_id: invoice_id, fields: { grand_total: '120.00' } },
      },
    });
    expect(await invoices()).toMatchObject([{ grand_total: '130.00' }]);
  });

  test('in the lines keeps all of them', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const { task } = await run(document.document_id);
    const { invoice_id } = outputOf(task);
    await client.query(`update invoice_items set name = 'Mine' where workspace_pk = $1`, [workspacePk]);
    await client.query(
      `update field_provenance set source = 'user' where entity_id = $1 and field = 'items'`,
      [invoice_id],
    );

    const again = await run(document.document_id, { input: { force: true } });

    expect(again.task.output).toMatchObject({ skipped: [{ field: 'items', reason: 'user_value' }] });
    expect(await rows('select name from invoice_items where workspace_pk = $1', workspacePk)).toEqual([
      { name: 'Mine' },
    ]);
  });
});

describe('a refresh', () => {
  test('writes the fields it was asked for and no others', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const invoice = await insertInvoice(client, workspacePk, {
      document_pk: document.pk,
      invoice_number: null,
      grand_total: null,
      local_currency: null,
      issue_date: null,
    });

    const { task } = await run(document.document_id, {
      invoiceId: invoice.invoice_id,
      targetFields: ['grand_total', 'local_currency'],
    });

    expect(task.output).toMatchObject({ created: false, applied: ['local_currency', 'grand_total'] });
    expect(await invoices()).toMatchObject([
      {
        grand_total: '120.00',
        local_currency: 'EUR',
        invoice_number: null,
        issue_date: null,
        issuer_pk: null,
      },
    ]);
    expect(await rows('select 1 from invoice_items where workspace_pk = $1', workspacePk)).toEqual([]);
  });

  test('of one part changes that part, and nothing else', async () => {
    const document = await extracted(xmlDocument(ciiXml({ settlement: withIban() })));
    const invoice = await insertInvoice(client, workspacePk, {
      ...{ document_pk: document.pk, status: 'draft', invoice_number: null, grand_total: null },
      ...{ local_currency: null, issue_date: null },
    });
    const parts = async () => ({
      fields: (
        await rows(
          `select invoice_number, issue_date::text, local_currency, grand_total, items_total, tax_total from invoices where pk = $1`,
          invoice.pk,
        )
      )[0] as Record<string, string | null>,
      issuer: (await invoices())[0]?.issuer_pk,
      receiver: (await invoices())[0]?.receiver_pk,
      items: (await rows('select pk from invoice_items where invoice_pk = $1', invoice.pk)).length,
      payment_means: (await rows('select 1 from invoice_payment_means where invoice_pk = $1', invoice.pk))
        .length,
    });
    const filled = ({ fields, ...others }: Awaited<ReturnType<typeof parts>>) =>
      Object.entries({ ...fields, ...others })
        .filter(([, value]) => value !== null && value !== 0)
        .map(([part]) => part);
    let before = await parts();

    for (const part of ['grand_total', 'issue_date', 'issuer', 'receiver', 'items', 'payment_means']) {
      await run(document.document_id, { invoiceId: invoice.invoice_id, targetFields: [part] });
      const after = await parts();
      expect(filled(after)).toEqual(expect.arrayContaining([...filled(before), part]));
      expect(filled(after)).toHaveLength(filled(before).length + 1);
      before = after;
    }
  });

  test('puts another company on a side that an earlier, less sure reading named', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const misread = await insertCompany(client, workspacePk, { name: 'Muster & Sohn' });
    const invoice = await insertInvoice(client, workspacePk, {
      document_pk: document.pk,
      issuer_pk: misread.pk,
    });
    await insertProvenance(client, workspacePk, {
      ...{ entity_type: 'invoice', entity_id: invoice.invoice_id, field: 'issuer' },
      ...{ source: 'text', confidence: '0.80' },
    });

    const { task } = await run(document.document_id, {
      invoiceId: invoice.invoice_id,
      targetFields: ['parties'],
    });

    expect(task).toMatchObject({ status: 'completed', output: { applied: ['issuer', 'receiver'] } });
    const [issuer] = await rows('select name from companies where pk = $1', (await invoices())[0]?.issuer_pk);
    expect(issuer).toEqual({ name: 'Muster & Söhne' });
  });

  test('asks about a side that a person chose, and writes what they approve', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const chosen = await insertCompany(client, workspacePk, { name: 'Somebody Else' });
    const invoice = await insertInvoice(client, workspacePk, {
      document_pk: document.pk,
      issuer_pk: chosen.pk,
    });

    const asked = await run(document.document_id, {
      invoiceId: invoice.invoice_id,
      targetFields: ['parties'],
    });
    const unasked = await run(document.document_id, { invoiceId: invoice.invoice_id });

    const proposed = (await companies()).find(({ name }) => name === 'Muster & Söhne');
    expect(asked.task).toMatchObject({
      status: 'awaiting_approval',
      output: {
        review: ['user_value'],
        conflicts: [{ field: 'issuer', current: chosen.company_id, proposed: proposed?.company_id }],
      },
    });
    expect(unasked.task.output).toMatchObject({
      skipped: expect.arrayContaining([{ field: 'issuer', reason: 'user_value' }]),
    });
    expect(await invoices()).toMatchObject([{ issuer_pk: chosen.pk }]);

    const approval = await database.inWorkspace(workspacePk, (db) => approveInvoice(db, asked.task));

    expect(approval).toMatchObject({ applied: { applied: ['receiver', 'issuer'] } });
    expect(await invoices()).toMatchObject([{ issuer_pk: proposed?.pk }]);
    const again = await database.inWorkspace(workspacePk, async (db) => {
      await db.any(sql.unsafe`update invoices set issuer_pk = ${chosen.pk} where pk = ${invoice.pk}`);
      await db.any(sql.unsafe`update companies set deleted_at = now() where pk = ${Number(proposed?.pk)}`);
      return approveInvoice(db, asked.task);
    });
    expect(again).toEqual({ outdated: 'The issuer that was proposed was deleted meanwhile.' });
  });

  test('brings a deleted line back under its own id', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    await run(document.document_id);
    await client.query('update invoice_items set deleted_at = now() where workspace_pk = $1', [workspacePk]);

    const { task } = await run(document.document_id);

    expect(task.output).toMatchObject({ applied: ['items'] });
    expect(
      await rows('select line_id, deleted_at from invoice_items where workspace_pk = $1', workspacePk),
    ).toEqual([{ line_id: '00012', deleted_at: null }]);
  });

  test('counts the payments that are there', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const invoice = await insertInvoice(client, workspacePk, {
      document_pk: document.pk,
      grand_total: null,
      local_currency: 'EUR',
    });
    const [paid, guessed] = [
      await insertTransaction(client, workspacePk),
      await insertTransaction(client, workspacePk),
    ];
    const link = { invoicePk: invoice.pk, amount: '50.00' };
    await insertPayment(client, workspacePk, { ...link, transactionPk: paid.pk });
    await insertPayment(client, workspacePk, {
      ...link,
      transactionPk: guessed.pk,
      edge_status: 'provisional',
    });

    const { task } = await run(document.document_id, {
      invoiceId: invoice.invoice_id,
      targetFields: ['grand_total'],
    });

    expect(task.output).toMatchObject({ payment: { payment_status: 'partial' } });
    expect(await invoices()).toMatchObject([{ payment_status: 'partial', balance_due: '70.00' }]);
  });

  test('of an invoice without a document fails', async () => {
    const invoice = await insertInvoice(client, workspacePk);

    const { task } = await run('', { invoiceId: invoice.invoice_id });

    expect(task).toMatchObject({ status: 'failed', error: expect.stringMatching(/^NOT_FOUND: /) });
  });
});

describe('fails for good', () => {
  test('with XML that cannot be read, and says so on the document without any of its text', async () => {
    const document = await extracted(
      xmlDocument('<!DOCTYPE x [<!ENTITY e "SECRET">]><Invoice>&e;</Invoice>'),
    );

    const { answer, task } = await run(document.document_id);

    expect(answer).toEqual({ answer: 'done' });
    expect(task).toMatchObject({ status: 'failed', error: expect.stringMatching(/^UNREADABLE: /) });
    const [row] = await rows('select * from documents where pk = $1', document.pk);
    expect(row).toMatchObject({ processing_status: 'failed', processing_error: task.error });
    expect(JSON.stringify([task, row, runner.lines])).not.toContain('SECRET');
  });

  test('with another document in its input', async () => {
    const document = await extracted(xmlDocument(ciiXml()));

    const { task } = await run(document.document_id, { input: { document_id: randomUUID() } });

    expect(task.error).toMatch(/^INPUT_INVALID: /);
  });

  test('with a document that was deleted, and leaves no invoice', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const task = await enqueue(document.document_id);
    await client.query('update documents set deleted_at = now() where pk = $1', [document.pk]);

    await deliver(runner, aiInvoice, task, { model: null, ...readers });

    expect(await taskOf(runner, task)).toMatchObject({ status: 'failed' });
    expect(await invoices()).toEqual([]);
  });
});

describe('the model', () => {
  // A page that names itself and its total, but no number, day or supplier that a label points at.
  const PAGE = 'INVOICE\n\nQuintessence Bakery\nref QB/2031\n\nGrand total   EUR 88.40\n';
  const nothing = Object.fromEntries(Object.keys(ModelInvoice.shape).map((key) => [key, null]));
  const modelOf = (...answers: (Partial<ModelInvoice> | 'refuses' | 'breaks')[]) =>
    fakeModel(
      answers.map((answer) => {
        if (answer === 'breaks') return 'away';
        return answer === 'refuses' ? {} : { ...nothing, ...answer };
      }),
    );

  test('fills what the page leaves open, when the page holds the same words', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf({ invoice_number: 'QB/2031', supplier_name: 'Quintessence Bakery' });

    const { task } = await run(document.document_id, { model });

    expect(model.asked).toHaveLength(1);
    expect(await invoices()).toMatchObject([{ invoice_number: 'QB/2031', grand_total: '88.40' }]);
    expect(task.output).toMatchObject({
      model: { model_id: 'small-1', input_tokens: 10, cost: '0.000030' },
      flags: expect.arrayContaining(['model_used']),
    });
    expect(
      await rows(
        `select source, confidence from field_provenance where enrichment_task_pk = $1 and field = 'invoice_number'`,
        task.pk,
      ),
    ).toEqual([{ source: 'model', confidence: '0.75' }]);
  });

  test('is not believed beyond the page', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf({
      invoice_number: 'INVENTED-1',
      total_amount: '999999.00',
      supplier_name: 'Attacker Holding',
      issue_date: '2026-01-01',
    });

    const { task } = await run(document.document_id, { model });

    const [invoice] = await invoices();
    expect(invoice).toMatchObject({ invoice_number: null, grand_total: '88.40', issue_date: null });
    expect(await companies()).toEqual([]);
    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: { review: ['low_confidence'], proposal: { fields: { invoice_number: 'INVENTED-1' } } },
    });
  });

  test('is asked once: a retry after its answer takes it from the cache', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf({ invoice_number: 'QB/2031' });
    await run(document.document_id, { model });

    const { task } = await run(document.document_id, { model });

    expect(model.asked).toHaveLength(1);
    expect(task.output).toMatchObject({ cached: true, model: { model_id: 'small-1' } });
  });

  test('is not asked where the input forbids it, but what it answered before counts', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf({ invoice_number: 'QB/2031' });

    const without = await run(document.document_id, { model, input: { allow_model: false } });
    const asked = model.asked.length;
    await run(document.document_id, { model });
    const after = await run(document.document_id, { model, input: { allow_model: false } });

    expect(asked).toBe(0);
    expect(without.task.output).toMatchObject({ model: null, cached: false });
    expect(model.asked).toHaveLength(1);
    expect(after.task.output).toMatchObject({ model: { model_id: 'small-1' }, cached: true });
  });

  test('that is away is asked again by the next delivery', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf('breaks', { invoice_number: 'QB/2031' });

    const first = await run(document.document_id, { model });
    const again = await deliver(runner, aiInvoice, first.task, { model, ...readers });

    expect(first).toMatchObject({ answer: { answer: 'retry' }, task: { status: 'processing' } });
    expect(again).toEqual({ answer: 'done' });
    expect(await taskOf(runner, first.task)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await invoices()).toHaveLength(1);
  });

  test('whose answers fit nothing leaves the rest to a person', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = modelOf('refuses');

    const { task } = await run(document.document_id, { model });

    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: { review: ['model_answer_invalid'], structured_extraction_id: null },
    });
    expect(await invoices()).toMatchObject([{ grand_total: '88.40' }]);
  });

  test('whose budget is used up leaves the evidence, and a flag', async () => {
    const document = await extracted(plainTextDocument(PAGE));
    const model = fakeModel([{ ...nothing, invoice_number: 'QB/2031' }], { tokensPerMonth: 100 });

    const { task } = await run(document.document_id, { model });

    expect(model.asked).toEqual([]);
    expect(task).toMatchObject({
      status: 'completed',
      output: { flags: expect.arrayContaining(['model_budget_used_up']), structured_extraction_id: null },
    });
    expect(await invoices()).toMatchObject([{ grand_total: '88.40', invoice_number: null }]);
  });

  test('is never asked about XML', async () => {
    const document = await extracted(xmlDocument(ciiXml()));
    const model = modelOf('breaks');

    const { task } = await run(document.document_id, { model });

    expect(task.status).toBe('completed');
    expect(model.asked).toEqual([]);
  });

  test('is not needed', async () => {
    const document = await extracted(plainTextDocument(PAGE));

    const { task } = await run(document.document_id);

    expect(task.status).toBe('completed');
    expect(await invoices()).toMatchObject([{ grand_total: '88.40', invoice_number: null }]);
  });
});

test('a repeated delivery changes nothing', async () => {
  const document = await extracted(xmlDocument(ciiXml()));
  const { task } = await run(document.document_id);
  const before = [await invoices(), await companies(), await children(task)];

  await deliver(runner, aiInvoice, task, { model: null, ...readers });

  expect(await taskOf(runner, task)).toEqual(task);
  expect([await invoices(), await companies(), await children(task)]).toEqual(before);
});

test('no text of the document reaches the task or the log', async () => {
  const text =
    'INVOICE\n\nInvoice number: 77-A\nInvoice date: 2 March 2026\nSeventeen crates of damsons\nTotal EUR 34.00\n';
  const document = await extracted(plainTextDocument(text));

  const { task } = await run(document.document_id);

  expect(task.status).toBe('completed');
  expect(JSON.stringify([task, runner.lines])).not.toMatch(/damsons/i);
});

test('a user of a task that names protected fields is still not overruled', async () => {
  const document = await extracted(xmlDocument(ciiXml()));
  const invoice = await insertInvoice(client, workspacePk, { document_pk: document.pk, grand_total: '1.00' });
  await insertProvenance(client, workspacePk, {
    entity_type: 'invoice',
    entity_id: invoice.invoice_id,
    field: 'grand_total',
  });

  const { task } = await run(document.document_id, {
    invoiceId: invoice.invoice_id,
    targetFields: ['grand_total'],
  });

  expect(task.status).toBe('awaiting_approval');
  expect(await invoices()).toMatchObject([{ grand_total: '1.00' }]);
});
