import type { RetryConfig } from './backoff.ts';
import { invalid } from './errors.ts';
import { type Duration, duration, fromDuration, type QueueMessage } from './messages.ts';

/** What can be set on a queue, defaults filled in. */
export interface QueueConfig {
  rate: { perSecond: number; burst: number; concurrent: number };
  retry: RetryConfig;
  /** Undefined when the queue never had a logging setting. */
  samplingRatio: number | undefined;
}

const defaults = {
  perSecond: 500,
  concurrent: 1000,
  maxAttempts: 100,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

// The service picks the burst and tells only that it is 100 at 500/s; the same share is used for every rate.
const burstFor = (perSecond: number): number => Math.min(100, Math.max(1, Math.ceil(perSecond / 5)));

const within = (value: number, low: number, high: number, field: string): number => {
  if (value >= low && value <= high) return value;
  throw invalid(`${field} is ${value}; it must be from ${low} to ${high}.`);
};

const maxInt32 = 2 ** 31 - 1;

// In proto3 a number that is 0 cannot be told from one that was not sent: both mean "pick the default".
const orDefault = (value: number | null | undefined, otherwise: number): number => value || otherwise;

const readDuration = (value: Duration | null | undefined, otherwise: number, field: string): number => {
  const ms = value ? fromDuration(value) : 0;
  if (ms < 0) throw invalid(`${field} must not be a negative Duration.`);
  return ms || otherwise;
};

/** The settings a queue message asks for; INVALID_ARGUMENT when one is out of range. */
export const readQueueConfig = (queue: QueueMessage): QueueConfig => {
  if (Object.values(queue.appEngineRoutingOverride ?? {}).some(Boolean)) {
    throw invalid('appEngineRoutingOverride: App Engine targets are not emulated.');
  }
  const { rateLimits, retryConfig, stackdriverLoggingConfig } = queue;
  const perSecond = within(
    orDefault(rateLimits?.maxDispatchesPerSecond, defaults.perSecond),
    0,
    500,
    'rateLimits.maxDispatchesPerSecond',
  );
  const retry = {
    maxAttempts: within(
      orDefault(retryConfig?.maxAttempts, defaults.maxAttempts),
      -1,
      maxInt32,
      'retryConfig.maxAttempts',
    ),
    // Whole seconds, as the service keeps it.
    maxRetryDurationMs:
      Math.trunc(readDuration(retryConfig?.maxRetryDuration, 0, 'retryConfig.maxRetryDuration') / 1000) *
      1000,
    minBackoffMs: readDuration(retryConfig?.minBackoff, defaults.minBackoffMs, 'retryConfig.minBackoff'),
    maxBackoffMs: readDuration(retryConfig?.maxBackoff, defaults.maxBackoffMs, 'retryConfig.maxBackoff'),
    maxDoublings: within(
      orDefault(retryConfig?.maxDoublings, defaults.maxDoublings),
      0,
      maxInt32,
      'retryConfig.maxDoublings',
    ),
  };
  if (retry.minBackoffMs > retry.maxBackoffMs) {
    throw invalid('retryConfig.minBackoff must not be longer than retryConfig.maxBackoff.');
  }
  return {
    rate: {
      perSecond,
      burst: burstFor(perSecond),
      concurrent: within(
        orDefault(rateLimits?.maxConcurrentDispatches, defaults.concurrent),
        1,
        5000,
        'rateLimits.maxConcurrentDispatches',
      ),
    },
    retry,
    samplingRatio: stackdriverLoggingConfig
      ? within(stackdriverLoggingConfig.samplingRatio ?? 0, 0, 1, 'stackdriverLoggingConfig.samplingRatio')
      : undefined,
  };
};

/** The settings as the API shows them. */
export const configMessage = ({ rate, retry, samplingRatio }: QueueConfig): QueueMessage => ({
  rateLimits: {
    maxDispatchesPerSecond: rate.perSecond,
    maxBurstSize: rate.burst,
    maxConcurrentDispatches: rate.concurrent,
  },
  retryConfig: {
    maxAttempts: retry.maxAttempts,
    ...(retry.maxRetryDurationMs > 0 ? { maxRetryDuration: duration(retry.maxRetryDurationMs) } : {}),
    minBackoff: duration(retry.minBackoffMs),
    maxBackoff: duration(retry.maxBackoffMs),
    maxDoublings: retry.maxDoublings,
  },
  ...(samplingRatio === undefined ? {} : { stackdriverLoggingConfig: { samplingRatio } }),
});

const groups = {
  rateLimits: ['maxDispatchesPerSecond', 'maxConcurrentDispatches'],
  retryConfig: ['maxAttempts', 'maxRetryDuration', 'minBackoff', 'maxBackoff', 'maxDoublings'],
  stackdriverLoggingConfig: ['samplingRatio'],
} as const satisfies { [Group in keyof QueueMessage]?: (keyof NonNullable<QueueMessage[Group]>)[] };

const outputOnly = ['name', 'state', 'purgeTime', 'rateLimits.maxBurstSize'];

const camelCase = (path: string): string =>
  path.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The queue message that an update leaves: of `wanted` only what the mask names, the rest of `current`. */
export const applyMask = (current: QueueMessage, wanted: QueueMessage, paths: string[]): QueueMessage => {
  const merged: Record<string, Record<string, unknown> | undefined> = {};
  for (const group of Object.keys(groups) as (keyof typeof groups)[]) {
    if (current[group]) merged[group] = { ...current[group] };
  }
  for (const path of paths.map(camelCase)) {
    if (outputOnly.includes(path)) continue;
    const [group = '', field, ...deeper] = path.split('.');
    const fields: readonly string[] | undefined = groups[group as keyof typeof groups];
    if (!fields || deeper.length > 0 || (field && !fields.includes(field))) {
      throw invalid(`updateMask names "${path}", which is not a field of a queue that can be changed.`);
    }
    const source = (wanted[group as keyof typeof groups] ?? undefined) as Record<string, unknown> | undefined;
    if (!field) merged[group] = source;
    else merged[group] = { ...merged[group], [field]: source?.[field] };
  }
  return merged as QueueMessage;
};
