/** Every limit and threshold that more than one place needs, with its meaning and unit. */

/** Confidence at which a value or a match is applied without a look by a person. */
export const CONFIDENCE_APPLY = 0.85;
/** Confidence from which an empty field is filled. */
export const CONFIDENCE_FILL = 0.7;
/** Confidence from which something is proposed to a person; below it the worker halts. */
export const CONFIDENCE_PROPOSE = 0.55;

/** Largest difference of two amounts in one currency that still counts as equal, in that currency. */
export const AMOUNT_TOLERANCE = '0.01';
/** The same across currencies, as a share of the invoice's total. */
export const CROSS_CURRENCY_TOLERANCE = 0.005;
/** Candidates that one payment match reads at most. */
export const MATCH_CANDIDATES_MAX = 250;
/** Business days that an expense may be unmatched before a close counts it as a gap. */
export const IN_FLIGHT_BUSINESS_DAYS = 2;
/** Months that one backfill of closes starts at most. */
export const CLOSE_MONTHS_MAX = 24;
/** How old an exchange rate may be for the date it is used on, in days. */
export const EXCHANGE_RATE_MAX_AGE_DAYS = 4;

/** Largest body of a Cloud Tasks delivery, in bytes. */
export const TASK_BODY_MAX_BYTES = 4 * 1024;
/** Largest body of an API call, in bytes. */
export const API_BODY_MAX_BYTES = 256 * 1024;
/** Largest upload, in bytes. */
export const UPLOAD_MAX_BYTES = 25 * 1024 * 1024;
/** How deep a JSON body may nest. */
export const JSON_DEPTH_MAX = 32;

/** Largest `output` of a task once serialised, in bytes. */
export const OUTPUT_MAX_BYTES = 256 * 1024;
/** How deep `output` may nest. */
export const OUTPUT_DEPTH_MAX = 64;
/** Largest `error` text of a task, in bytes. */
export const ERROR_MAX_BYTES = 8 * 1024;

/** How long a claim holds without a heartbeat, in seconds. */
export const LEASE_SECONDS = 60;
/** How often a running task renews its lease, in seconds. */
export const HEARTBEAT_SECONDS = 20;
/** Runs that end without an outcome (crash, lost lease) before a task is given up. */
export const POISON_RUNS = 3;
/** Queue messages of a task that goes on and on, after which it is given up. */
export const CONTINUATIONS_MAX = 10_000;
/** How long a handler may go on beyond its time budget before the delivery is answered, in milliseconds. */
export const ABORT_GRACE_MS = 1_000;
/** The same when the process stops: its lease has to be given back while there is still a process, in milliseconds. */
export const STOP_GRACE_MS = 50;
/** Follow-ups of follow-ups end at this depth. */
export const FOLLOWUP_DEPTH_MAX = 5;

/** How long one createTask may take before its outcome counts as unknown, in milliseconds. */
export const CREATE_TASK_TIMEOUT_MS = 2_000;
/** How long a caller that deletes a task waits for its message to be taken back, in milliseconds. */
export const DELETE_TASK_TIMEOUT_MS = 2_000;
/** createTask calls in flight per process. */
export const DISPATCH_CONCURRENCY = 32;

/** How long one request or run goes on dispatching before it leaves the rest to the sweep, in milliseconds. */
export const DISPATCH_BUDGET_MS = 4_000;
/** Queue messages after which a task that never ran is given up. */
export const DISPATCH_GENERATIONS_MAX = 20;
/** Tasks of one kind of trouble that a sweep mends at most. */
export const SWEEP_LIMIT = 500;
/** How long a completed task with the same input is returned instead of a new one, in seconds. */
export const RECENT_TASK_SECONDS = 24 * 60 * 60;

/** Subtasks of one task that come along with it. */
export const SUBTASKS_PER_TASK_MAX = 100;
/** Subtasks that come along with one page of tasks. */
export const SUBTASKS_INCLUDED_MAX = 1_000;
/** How long a read may wait for a task to come to rest, in seconds; less than a door may take. */
export const TASK_WAIT_MAX_SECONDS = 25;
/** Longest `description` that a person gives a task, in characters. */
export const TASK_DESCRIPTION_MAX = 10_000;
/** Tasks one batch may hold. */
export const BATCH_TASKS_MAX = 500;
/** How long in-flight requests may finish after SIGTERM, in milliseconds. */
export const DRAIN_MS = 8_000;
/** How long a process that stops waits for its last spans to be taken, in milliseconds; the drain leaves two seconds. */
export const TRACE_FLUSH_MS = 1_000;
/** How long a collector may take for a batch of spans, its retries included, in milliseconds. */
export const TRACE_EXPORT_TIMEOUT_MS = 5_000;
/** How long after its end a collect still takes files that were in flight, in minutes. */
export const COLLECT_UPLOAD_GRACE_MINUTES = 5;
/** How long a collect may go without a change or an upload before the sweep ends it, in hours. */
export const COLLECT_INACTIVITY_HOURS = 24;
/** How far a client's clock may be from ours in a collect's timestamps, in hours. */
export const COLLECT_CLOCK_SKEW_HOURS = 24;

/** Rows on a page of a list when the caller names no number. */
export const LIST_LIMIT_DEFAULT = 20;
/** Most rows on a page of a list. */
export const LIST_LIMIT_MAX = 500;
/** Rows up to which the total of a list is counted. */
export const LIST_TOTAL_MAX = 10_000;
/** Values that one filter of a list takes at most. */
export const LIST_VALUES_MAX = 50;
