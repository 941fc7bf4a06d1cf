import { createHash } from 'node:crypto';
import type { EnrichmentType } from '../domain/enrichment-types.ts';

/** What a queue message carries: which row, and which of its messages this is. Never data. */
export interface QueueMessage {
  id: string;
  generation: number;
  type: EnrichmentType;
}

/** The queue as the dispatcher needs it; made for Cloud Tasks in cloud-tasks.ts. */
export interface TaskQueue {
  /** Resolves once the queue holds the message, whether this call put it there or an earlier one did. */
  create(message: QueueMessage): Promise<'created' | 'exists'>;
  /** Takes a message back that was not delivered yet; one that is not there any more is gone. */
  delete(message: QueueMessage): Promise<'deleted' | 'gone'>;
  close(): Promise<void>;
}

/**
 * The name of a message: the same for every attempt to send it, another for each generation, because a name stays
 * reserved for up to a day after use. A hash comes first: sequential prefixes slow the service down.
 */
export function messageName({ id, generation }: Pick<QueueMessage, 'id' | 'generation'>): string {
  const prefix = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${prefix}-${id}-${generation}`;
}
