import { UPLOAD_MAX_BYTES } from '../domain/limits.ts';

/** Largest document that is read, in bytes. */
export const DOCUMENT_MAX_BYTES = UPLOAD_MAX_BYTES;
/** Pages of a document that are read; those beyond are counted, not read. */
export const DOCUMENT_MAX_PAGES = 50;
/** Largest page image, in pixels; a larger one is refused before it is decoded. */
export const PAGE_MAX_PIXELS = 40_000_000;
/** Runs of text that are read from one page; a page that holds more is cut there. */
export const PAGE_MAX_RUNS = 50_000;
/** Filters that one PDF stream may pass through; each further one multiplies what a few bytes can become. */
export const PDF_FILTERS_MAX = 4;
/** Attached files that are taken out of a document. */
export const ATTACHMENTS_MAX = 20;
/** Attached bytes that are taken out of a document, all files together. */
export const ATTACHMENTS_MAX_BYTES = UPLOAD_MAX_BYTES;

/** Resident memory at which a parser child is killed, in bytes. */
export const CHILD_MEMORY_MAX_BYTES = 768 * 1024 * 1024;
/** Resident memory at which a parser child is replaced after a document: wasm memory never shrinks, in bytes. */
export const CHILD_MEMORY_RENEW_BYTES = 600 * 1024 * 1024;
/** How long a parser child may take for one document, in milliseconds. */
export const DOCUMENT_CLOCK_MS = 240_000;
/** How long a parser child may stay without finishing a page, in milliseconds. */
export const PAGE_CLOCK_MS = 90_000;
/** How long a parser child may take for one XML, in milliseconds; five of the largest fit into ai_invoice's budget. */
export const XML_CLOCK_MS = 20_000;
/** Values that a large XML may state; one with more is refused, since whoever reads on holds them all several times. */
export const XML_VALUES_MAX = 50_000;
/** How long a parser child may take to start, in milliseconds. */
export const CHILD_START_MS = 60_000;
/** How long an idle parser child is kept warm, in milliseconds. */
export const CHILD_IDLE_MS = 60_000;
/** Documents after which a parser child is replaced, so that leaks of native code stay small. */
export const CHILD_DOCUMENTS_MAX = 100;

/** Fewer letters and digits than this on a page's text layer send the page to recognition. */
export const TEXT_LAYER_MIN_CHARACTERS = 25;
/** A larger share of unprintable characters than this sends the page to recognition. */
export const TEXT_LAYER_MAX_UNPRINTABLE = 0.1;

/** Pixels of a logo; a picture with more is not decoded. */
export const LOGO_MAX_PIXELS = 16_000_000;
/** Longest side of a logo that is turned into PNG, in pixels. */
export const LOGO_SIDE_PIXELS = 512;
/** Pictures that one ICO may hold. */
export const ICO_PICTURES_MAX = 32;
/** How long a parser child may take for one logo, in milliseconds. */
export const LOGO_CLOCK_MS = 12_000;
/** Resident memory at which a parser child that checks logos is killed, in bytes. */
export const LOGO_CHILD_MEMORY_MAX_BYTES = 512 * 1024 * 1024;
