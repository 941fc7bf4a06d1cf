// Our own six types, receipts, and whatever else EN 16931 lets an e-invoice be (BT-3): a hire invoice is an invoice.
const invoiceLike = new Set(
  (
    '380 381 383 384 386 389 receipt ' +
    '80 81 82 83 84 130 202 203 204 211 261 262 295 296 308 325 326 385 387 388 390 393 394 395 396 420 456 457 458 ' +
    '527 532 553 575 623 633 751 780 817 870 875 876 877 935'
  ).split(' '),
);

/** Whether a document of this type, a code of UNTDID 1001 or `receipt`, is to be read as an invoice. */
export const isInvoiceLike = (type: string | null): boolean => type !== null && invoiceLike.has(type);
