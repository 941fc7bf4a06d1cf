import { type DemoInvoice, type DemoParty, decimal, studio, totalsOf } from './demo-data.ts';

type Page = PDFKit.PDFDocument;

const words = {
  de: {
    title: 'Rechnung',
    number: 'Rechnungsnummer',
    date: 'Rechnungsdatum',
    due: 'Zahlbar bis',
    to: 'Rechnungsempfänger',
    item: 'Bezeichnung',
    quantity: 'Menge',
    price: 'Einzelpreis',
    amount: 'Betrag',
    net: 'Nettobetrag',
    tax: 'MwSt.',
    total: 'Gesamtbetrag',
    vat: 'USt-IdNr.',
  },
  fr: {
    title: 'Facture',
    number: 'Facture n°',
    date: 'Date de facture',
    due: "Date d'échéance",
    to: 'Client',
    item: 'Désignation',
    quantity: 'Qté',
    price: 'P.U. HT',
    amount: 'Montant HT',
    net: 'Total HT',
    tax: 'TVA',
    total: 'Total TTC',
    vat: 'TVA intracom.',
  },
  en: {
    title: 'Invoice',
    number: 'Invoice number',
    date: 'Invoice date',
    due: 'Due date',
    to: 'Bill to',
    item: 'Description',
    quantity: 'Qty',
    price: 'Unit price',
    amount: 'Amount',
    net: 'Subtotal',
    tax: 'VAT',
    total: 'Total due',
    vat: 'VAT number',
  },
  nl: {
    title: 'Factuur',
    number: 'Factuurnummer',
    date: 'Factuurdatum',
    due: 'Vervaldatum',
    to: 'Factuur aan',
    item: 'Omschrijving',
    quantity: 'Aantal',
    price: 'Prijs',
    amount: 'Bedrag',
    net: 'Subtotaal',
    tax: 'BTW',
    total: 'Totaal te betalen',
    vat: 'BTW-nummer',
  },
} as const;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function dateIn(language: DemoInvoice['language'], iso: string): string {
  const [year = '', month = '', day = ''] = iso.split('-');
  if (language === 'en') return `${Number(day)} ${months[Number(month) - 1]} ${year}`;
  return [day, month, year].join(language === 'de' ? '.' : language === 'fr' ? '/' : '-');
}

function moneyIn(language: DemoInvoice['language'], minor: number): string {
  const [whole = '', cents = ''] = decimal(minor).split('.');
  const separator = { de: '.', nl: '.', fr: ' ', en: ',' }[language];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separator);
  return language === 'en' ? `€${grouped}.${cents}` : `${grouped},${cents} €`;
}

const address = (party: DemoParty) => [party.name, party.street, `${party.postalCode} ${party.city}`];

/** Item table and totals, from `top` down; the height they end at. */
function table(page: Page, invoice: DemoInvoice, top: number): number {
  const { language } = invoice;
  const word = words[language];
  const columns = [50, 300, 365, 455] as const;
  const cells = (texts: string[], y: number) =>
    texts.forEach((text, column) => {
      const x = columns[column] ?? 0;
      page.text(text, x, y, {
        width: column === 0 ? 240 : 85,
        align: column === 0 ? 'left' : 'right',
        lineBreak: false,
      });
    });

  page.font('Helvetica-Bold').fontSize(9);
  cells([word.item, word.quantity, word.price, word.amount], top);
  page
    .moveTo(50, top + 13)
    .lineTo(545, top + 13)
    .lineWidth(0.5)
    .stroke();
  page.font('Helvetica').fontSize(9.5);
  let y = top + 20;
  for (const line of invoice.lines) {
    cells(
      [
        line.description,
        String(line.quantity),
        moneyIn(language, line.unitPrice),
        moneyIn(language, line.quantity * line.unitPrice),
      ],
      y,
    );
    y += 17;
  }
  const { net, tax, gross } = totalsOf(invoice);
  y += 12;
  for (const [label, amount, bold] of [
    [word.net, net, false],
    [`${word.tax} ${invoice.taxPercent} %`, tax, false],
    [word.total, gross, true],
  ] as const) {
    page.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(bold ? 11 : 9.5);
    page.text(label, 330, y, { width: 120, lineBreak: false });
    page.text(moneyIn(language, amount), 445, y, { width: 95, align: 'right', lineBreak: false });
    y += bold ? 20 : 16;
  }
  return y;
}

function footer(page: Page, invoice: DemoInvoice, supplier: DemoParty): void {
  page.font('Helvetica').fontSize(7.5);
  page.text(
    `${supplier.name} · ${supplier.street} · ${supplier.postalCode} ${supplier.city} · ${words[invoice.language].vat} ${supplier.vatId}`,
    50,
    760,
    { width: 495, align: 'center', lineBreak: false },
  );
  page.text(
    `IBAN ${supplier.iban.replace(/(.{4})/g, '$1 ').trim()} · BIC ${supplier.bic} · ${supplier.email}`,
    50,
    772,
    {
      width: 495,
      align: 'center',
      lineBreak: false,
    },
  );
}

type Layout = (page: Page, invoice: DemoInvoice, supplier: DemoParty) => void;

/** A business letter: sender line, address window, facts on the right. */
const letter: Layout = (page, invoice, supplier) => {
  const word = words[invoice.language];
  page.font('Helvetica-Bold').fontSize(16).text(supplier.name, 50, 50);
  page.font('Helvetica').fontSize(7).text(address(supplier).join(' · '), 50, 125);
  page.fontSize(10).text([...address(studio), studio.country].join('\n'), 50, 140, { lineGap: 2 });
  const facts: [string, string][] = [
    [word.number, invoice.number],
    [word.date, dateIn(invoice.language, invoice.issueDate)],
    [word.due, dateIn(invoice.language, invoice.dueDate)],
  ];
  facts.forEach(([label, value], index) => {
    page
      .font('Helvetica')
      .fontSize(9)
      .text(`${label}:`, 350, 140 + index * 15, { lineBreak: false });
    page.font('Helvetica-Bold').text(value, 455, 140 + index * 15, { lineBreak: false });
  });
  page.font('Helvetica-Bold').fontSize(14).text(`${word.title} ${invoice.number}`, 50, 250);
  table(page, invoice, 290);
  footer(page, invoice, supplier);
};

/** Two blocks side by side, facts in a framed row. */
const columns: Layout = (page, invoice, supplier) => {
  const word = words[invoice.language];
  page.font('Helvetica-Bold').fontSize(20).text(word.title.toUpperCase(), 50, 45);
  page.font('Helvetica').fontSize(9.5);
  page.text([...address(supplier), `${word.vat} : ${supplier.vatId}`].join('\n'), 50, 85, {
    width: 230,
    lineGap: 2,
  });
  page.text([word.to, ...address(studio), `${word.vat} : ${studio.vatId}`].join('\n'), 320, 85, {
    width: 230,
    lineGap: 2,
  });
  page.rect(50, 175, 495, 40).lineWidth(0.5).stroke();
  const facts = [
    [word.number, invoice.number],
    [word.date, dateIn(invoice.language, invoice.issueDate)],
    [word.due, dateIn(invoice.language, invoice.dueDate)],
  ];
  facts.forEach(([label = '', value = ''], index) => {
    page
      .font('Helvetica')
      .fontSize(8)
      .text(label, 60 + index * 165, 181, { lineBreak: false });
    page
      .font('Helvetica-Bold')
      .fontSize(10)
      .text(value, 60 + index * 165, 195, { lineBreak: false });
  });
  const end = table(page, invoice, 245);
  page
    .font('Helvetica')
    .fontSize(8.5)
    .text(`Virement : IBAN ${supplier.iban}`, 50, end + 20);
  footer(page, invoice, supplier);
};

/** A coloured band on top with everything at a glance. */
const banner: Layout = (page, invoice, supplier) => {
  const word = words[invoice.language];
  page.rect(0, 0, 596, 90).fill('#20435c');
  page
    .fillColor('#fff')
    .font('Helvetica-Bold')
    .fontSize(18)
    .text(supplier.name, 50, 30, { lineBreak: false });
  page.fontSize(22).text(word.title, 400, 28, { width: 145, align: 'right', lineBreak: false });
  page.fillColor('#000').font('Helvetica').fontSize(9.5);
  page.text(address(supplier).slice(1).join(', '), 50, 105);
  page.text(`${word.to}: ${address(studio).join(', ')}`, 50, 121);
  page.text(`${word.number} ${invoice.number}`, 50, 150, { lineBreak: false });
  page.text(`${word.date} ${dateIn(invoice.language, invoice.issueDate)}`, 220, 150, { lineBreak: false });
  page.text(`${word.due} ${dateIn(invoice.language, invoice.dueDate)}`, 400, 150, { lineBreak: false });
  table(page, invoice, 190);
  footer(page, invoice, supplier);
};

/** How suppliers of the demo lay out their invoices. */
export const layouts: Record<DemoInvoice['layout'], Layout> = { letter, columns, banner };
