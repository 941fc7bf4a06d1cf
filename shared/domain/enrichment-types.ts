import { z } from 'zod';
import { workers } from './catalogue.ts';

/**
 * The words of the `enrichment_tasks` table that every part shares. Source: the EnrichmentTask object reference.
 * The orders are the documented ones; the native enums of the database are made in the same order.
 */

/** A kind of background work: the name of a worker. Stored as text on purpose: a new type needs no type migration. */
export type EnrichmentType = (typeof workers)[number]['name'];

/** All of them, in the order of the catalogue, which begins with the documented twelve. */
export const enrichmentTypes: readonly EnrichmentType[] = workers.map(({ name }) => name);
/** Schema of a task's type. */
export const EnrichmentType = z
  .enum(enrichmentTypes)
  .meta({ id: 'EnrichmentType', description: 'The enrichment worker that processes the task.' });

/** Lifecycle states of an enrichment task, native enum `enrichment_task_status_enum`. */
export const taskStatuses = [
  'pending',
  'processing',
  'completed',
  'awaiting_approval',
  'failed',
  'rejected',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];
/** Schema of a task's status. */
export const TaskStatus = z
  .enum(taskStatuses)
  .meta({ id: 'EnrichmentTaskStatus', description: 'Lifecycle state of an enrichment task.' });

/** Which product surface caused a task, native enum `source_channel_enum`. */
export const sourceChannels = [
  'company_create',
  'person_create',
  'document_upload',
  'ocr_completion',
  'bank_sync',
  'email_import',
  'mcp_hub',
  'cell_edit',
  'manual',
] as const;
export type SourceChannel = (typeof sourceChannels)[number];
/** Schema of the surface that caused a task. */
export const SourceChannel = z
  .enum(sourceChannels)
  .meta({ id: 'SourceChannel', description: 'Which product surface triggered the task.' });

/** What a task may point at: `entity_type`, the singular noun of the target. */
export const entityTypes = [
  'company',
  'person',
  'invoice',
  'document',
  'transaction',
  'account',
  'provider',
  'workspace',
  'month',
  'company_month',
] as const;
export type EntityType = (typeof entityTypes)[number];
/** Schema of what a task points at. */
export const EntityType = z
  .enum(entityTypes)
  .meta({ id: 'EntityType', description: 'Kind of entity that a task targets, in the singular.' });
