const FATTURA_CODES: Readonly<Record<string, string>> = {
  TD04: '381',
  TD05: '383',
  TD08: '381',
  TD09: '383',
  TD02: '386',
  TD03: '386',
};
const HEAD_CHARACTERS = 200_000;

/** The document type code an e-invoice XML states; `order` for an Order-X, null for any other file. */
export const typeOfXml = (bytes: Uint8Array): string | null => {
  const xml = new TextDecoder().decode(bytes.subarray(0, HEAD_CHARACTERS));
  const root = /<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s>]/.exec(xml.replaceAll(/<!--[\s\S]*?-->/g, ''))?.[1];
  switch (root) {
    case 'CrossIndustryInvoice':
    case 'CrossIndustryDocument':
      return code(xml, 'TypeCode') ?? '380';
    case 'Invoice':
      return code(xml, 'InvoiceTypeCode') ?? '380';
    case 'CreditNote':
      return code(xml, 'CreditNoteTypeCode') ?? '381';
    case 'FatturaElettronica':
      return FATTURA_CODES[code(xml, 'TipoDocumento') ?? ''] ?? '380';
    case 'SCRDMCCBDACIOMessageStructure':
      return 'order';
    default:
      return null;
  }
};

const code = (xml: string, element: string): string | undefined =>
  new RegExp(`<(?:[\\w.-]+:)?${element}(?:\\s[^>]*)?>\\s*(\\w{1,4})\\s*<`).exec(xml)?.[1];
