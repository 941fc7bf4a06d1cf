import pg from 'pg';

/** A payment of an invoice, as the bank feed has it. */
export interface DemoLink {
  transaction_id: string;
  amount: string;
  currency: string;
  booking_date: string | null;
  label: string | null;
  confidence: number | null;
  edge_status: string;
  allocation_type: string;
}

/** An invoice as the workspace now has it. */
export interface DemoInvoiceRecord {
  invoice_id: string;
  invoice_number: string | null;
  issue_date: string | null;
  total_amount: string | null;
  currency: string | null;
  supplier: string | null;
  payment_status: string;
  links: DemoLink[];
}

/** Reads an invoice, or a document's invoice, and what pays it, as the owner of the local database; null without one. */
export async function readInvoiceRecord(
  databaseUrl: string,
  { invoiceId, documentId }: { invoiceId: string | null; documentId: string | null },
): Promise<DemoInvoiceRecord | null> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select
         i.invoice_id, i.invoice_number, to_char(i.issue_date, 'YYYY-MM-DD') as issue_date,
         i.grand_total::text as total_amount, i.local_currency::text as currency, c.name as supplier,
         i.payment_status::text,
         coalesce((
           select jsonb_agg(jsonb_build_object(
             'transaction_id', t.transaction_id, 'amount', l.amount::text, 'currency', l.currency,
             'booking_date', coalesce(t.booking_date, t.value_date), 'label', t.remittance_unstructured,
             'confidence', l.confidence, 'edge_status', l.edge_status, 'allocation_type', l.allocation_type
           ) order by t.booking_date, l.pk)
           from invoice_transactions l
           join transactions t on t.pk = l.transaction_pk
           where l.invoice_pk = i.pk and l.deleted_at is null
         ), '[]') as links
       from invoices i
       left join companies c on c.pk = i.issuer_pk
       left join documents d on d.pk = i.document_pk
       where (i.invoice_id = $1 or d.document_id = $2) and i.deleted_at is null`,
      [invoiceId, documentId],
    );
    return (rows[0] as DemoInvoiceRecord | undefined) ?? null;
  } finally {
    await client.end();
  }
}
