/** Limits of formulas that users write. */

/** Longest text of a formula, in bytes. */
export const FORMULA_MAX_BYTES = 4 * 1024;
/** Nodes of its syntax tree. */
export const FORMULA_NODES_MAX = 500;
/** How deep its syntax tree may nest. */
export const FORMULA_DEPTH_MAX = 32;
/** How long one record may take, in milliseconds of the thread's processor time. */
export const ROW_CLOCK_MS = 200;
/** How long all records of one batch may take, in milliseconds. */
export const BATCH_CLOCK_MS = 10_000;
/** Heap of the thread that evaluates, in megabytes. */
export const THREAD_HEAP_MB = 128;
/** Longest text that a cell holds, in characters. */
export const CELL_CHARACTERS_MAX = 10_000;
/** Longest number, in characters. */
export const NUMBER_CHARACTERS_MAX = 60;
/** Longest pattern of `match`, in characters. */
export const PATTERN_CHARACTERS_MAX = 500;
