import type { protos } from '@google-cloud/tasks';

// The API's messages, in the plain form both transports are turned into: camelCase, enums by name, bytes as Buffer.
export type QueueMessage = protos.google.cloud.tasks.v2.IQueue;
export type TaskMessage = protos.google.cloud.tasks.v2.ITask;
export type AttemptMessage = protos.google.cloud.tasks.v2.IAttempt;
export type HttpRequestMessage = protos.google.cloud.tasks.v2.IHttpRequest;
export type Timestamp = protos.google.protobuf.ITimestamp;
export type Duration = protos.google.protobuf.IDuration;

/** Epoch milliseconds as a Timestamp, cut to microseconds. */
export const timestamp = (ms: number): Timestamp => {
  const micros = Math.round(ms * 1000);
  const seconds = Math.floor(micros / 1e6);
  return { seconds, nanos: (micros - seconds * 1e6) * 1000 };
};

/** A Timestamp as epoch milliseconds, cut to microseconds. */
export const fromTimestamp = ({ seconds, nanos }: Timestamp): number =>
  Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1000) / 1000;

/** Milliseconds as a Duration. */
export const duration = (ms: number): Duration => {
  const seconds = Math.trunc(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
};

/** A Duration as milliseconds. */
export const fromDuration = ({ seconds, nanos }: Duration): number =>
  Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6;
