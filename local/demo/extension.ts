import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StackDescription } from '../stack-file.ts';

/** A task as the API shows it; the parts that the demo looks at. */
export interface Task {
  id: string;
  enrichment_type: string;
  status: 'pending' | 'processing' | 'completed' | 'awaiting_approval' | 'failed' | 'rejected';
  input: Record<string, unknown>;
  output: Record<string, unknown> | null;
  error: string | null;
  description?: string | null;
}

/** What became of each task that was to be approved. */
interface Resolved {
  resolved: { task_id: string }[];
  errors: { task_id: string; code: string; message: string }[];
}

/** The API said no, with the problem's own code and sentence. */
export class Refused extends Error {
  readonly code: string;
  readonly reason: string;

  constructor(code: string, reason: string, call: string) {
    super(`${call}: ${code}, ${reason}`);
    this.name = 'Refused';
    this.code = code;
    this.reason = reason;
  }
}

/** The API as the browser extension calls it. Each call throws `Refused` when it is. */
export function openExtension({ functions, token }: Pick<StackDescription, 'functions' | 'token'>) {
  const call = async (method: string, path: string, body?: unknown) => {
    const form = body instanceof FormData;
    const answer = await fetch(`${functions}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined || form ? {} : { 'content-type': 'application/vnd.api+json' }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const { code = `http_${answer.status}`, message = text } = parse(text) ?? {};
      throw new Refused(code, message, `${method} ${path}`);
    }
    return JSON.parse(text);
  };

  return {
    async startCollect(provider: string): Promise<string> {
      const { data } = await call('POST', '/v1/collects', {
        data: { type: 'collect', attributes: { provider } },
      });
      await call('PATCH', `/v1/collects/${data.id}`, {
        data: { type: 'collect', id: data.id, attributes: { status: 'in_progress' } },
      });
      return data.id;
    },
    async endCollect(id: string, status: 'finalized' | 'error'): Promise<void> {
      await call('PATCH', `/v1/collects/${id}`, { data: { type: 'collect', id, attributes: { status } } });
    },
    /** Answers the document, and the task that reads it: null where the workspace reads nothing by itself. */
    async upload(file: string, collectId: string): Promise<{ documentId: string; taskId: string | null }> {
      const form = new FormData();
      form.set(
        'document',
        new Blob(
          [
            JSON.stringify({
              data: { type: 'document', attributes: { file_name: basename(file), collect_id: collectId } },
            }),
          ],
          { type: 'application/json' },
        ),
      );
      form.set('file', new Blob([await readFile(file)]), basename(file));
      const { data, meta } = await call('POST', '/v1/documents', form);
      return { documentId: data.id, taskId: meta?.enrichment_task_id ?? null };
    },
    /** Says yes to proposals that wait; each is answered by itself. */
    async approve(taskIds: string[]): Promise<Resolved> {
      const { data } = await call('POST', '/v1/reconciliation/resolve', {
        data: { type: 'reconciliation-resolve', attributes: { task_ids: taskIds, action: 'approve' } },
      });
      return data.attributes;
    },
    async task(id: string): Promise<Task> {
      const { data } = await call('GET', `/v1/enrichment-tasks/${id}`);
      return { id: data.id, ...data.attributes, input: data.attributes.input ?? {} };
    },
    /** Asks for work on the whole workspace; answers the task, which may be an earlier one of the same work. */
    async askForWork(enrichmentType: string, input: Record<string, unknown>): Promise<string> {
      const { data } = await call('POST', '/v1/enrichment-tasks', {
        data: {
          type: 'enrichment_task',
          attributes: { enrichment_type: enrichmentType, entity_type: 'workspace', input },
        },
      });
      return data.id;
    },
    /** Fills the cells of a column for some invoices; answers the batch. */
    async computeColumn(columnId: string, recordIds: string[]): Promise<string> {
      const body = { root: 'invoices', record_ids: recordIds };
      return (await call('POST', `/v1/custom-columns/${columnId}/compute`, body)).batch_id;
    },
    /** Applies the rule of a field to some records; answers the batch. */
    async computeRule(root: string, fieldKey: string, recordIds: string[]): Promise<string> {
      const body = { record_ids: recordIds };
      return (await call('POST', `/v1/field-rules/${root}/${fieldKey}/compute`, body)).batch_id;
    },
  };
}

export type Extension = ReturnType<typeof openExtension>;

function parse(text: string): { code?: string; message?: string } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
