// @ts-nocheck
// Made from docs/openapi.json 2968a51ae5a6efb1d3335fbb61295e397dc90299f1eaaa1b5e542714fa556d86 by npm run openapi. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all assist: generated
export type SourceChannel =
  | 'company_create'
  | 'person_create'
  | 'document_upload'
  | 'ocr_completion'
  | 'bank_sync'
  | 'email_import'
  | 'mcp_hub'
  | 'cell_edit'
  | 'manual';

/** What a person says to a proposal. */
export type ResolveAction = 'approve' | 'reject';

/** A collection of records, in the plural. */
export type RecordRoot = 'companies' | 'people' | 'invoices' | 'transactions' | 'documents' | 'accounts';

/** Stable: branch on it and on the status, never on texts. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'INVALID_JSON'
  | 'SCHEMA_VALIDATION_ERROR'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'CLIENT_ID_FORBIDDEN'
  | 'NOT_FOUND'
  | 'COLLECT_NOT_FOUND'
  | 'ENRICHMENT_TASK_NOT_FOUND'
  | 'TASK_NOT_FOUND'
  | 'DOCUMENT_NOT_FOUND'
  | 'CUSTOM_COLUMN_NOT_FOUND'
  | 'FIELD_RULE_NOT_FOUND'
  | 'API_KEY_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'REQUEST_TIMEOUT'
  | 'RESOURCE_TYPE_MISMATCH'
  | 'RESOURCE_ID_MISMATCH'
  | 'COLLECT_INVALID_TRANSITION'
  | 'COLLECT_ALREADY_ENDED'
  | 'IDEMPOTENCY_KEY_IN_USE'
  | 'TASK_NOT_AWAITING_APPROVAL'
  | 'TASK_NOT_RESOLVABLE'
  | 'ENRICHMENT_TASK_NOT_FAILED'
  | 'PROPOSAL_OUTDATED'
  | 'PRECONDITION_FAILED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'COLLECT_TIMESTAMP_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'BATCH_TOO_LARGE'
  | 'ENTITY_TYPE_NOT_ALLOWED'
  | 'ENTITY_NOT_FOUND'
  | 'PARENT_TASK_NOT_FOUND'
  | 'PARENT_TASK_ENDED'
  | 'PARENT_TASK_TOO_DEEP'
  | 'ROOT_MISMATCH'
  | 'RULE_INVALID'
  | 'TASK_RETRY'
  | 'RATE_LIMIT_EXCEEDED'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL_SERVER_ERROR'
  | 'SERVICE_UNAVAILABLE';

/** Kind of entity that a task targets, in the singular. */
export type EntityType =
  | 'company'
  | 'person'
  | 'invoice'
  | 'document'
  | 'transaction'
  | 'account'
  | 'provider'
  | 'workspace'
  | 'month'
  | 'company_month';

/** The enrichment worker that processes the task. */
export type EnrichmentType =
  | 'logo'
  | 'ai_company'
  | 'ai_people'
  | 'ai_invoice'
  | 'ocr_extract'
  | 'reconcile'
  | 'provider_score'
  | 'document_reconciliation_backfill'
  | 'monthly_close'
  | 'monthly_close_backfill'
  | 'custom_column'
  | 'field_rule';

/** Lifecycle state of an enrichment task. */
export type EnrichmentTaskStatus =
  | 'pending'
  | 'processing'
  | 'completed'
  | 'awaiting_approval'
  | 'failed'
  | 'rejected';

/** Lifecycle state of the run: `todo`, then `in_progress`, then `finalized` (success) or `error` (failure). The last two are final. */
export type CollectStatus = 'todo' | 'in_progress' | 'finalized' | 'error';

/** What a program calls with: it acts as one member, in one workspace. */
export interface ApiKey {
  type: 'api_key';
  /** @format uuid */
  id: string;
  attributes: {
    /**
     * Public stable identifier of the key.
     * @format uuid
     */
    api_key_id: string;
    /**
     * What people call the key.
     * @maxLength 255
     */
    name: string;
    /** Beginning of the key, by which people recognise it. */
    prefix: string;
    /**
     * When the key was made.
     * @format date-time
     */
    created_at: string;
    /** When the key was last changed; being used is no change. */
    updated_at: string | null;
    /** When the key was last used, to the hour; null when it never was. */
    last_used_at: string | null;
    /** From when on the key proves nothing; null for no end. */
    expires_at: string | null;
    /** Soft-delete timestamp. */
    deleted_at: string | null;
  };
  relationships: {
    /** The member that the key acts as, with their role. */
    people: {
      data: {
        type: 'people';
        /** @format uuid */
        id: string;
      };
    };
    /** The one workspace that the key acts in. */
    workspace: {
      data: {
        type: 'workspace';
        /** @format uuid */
        id: string;
      };
    };
  };
}

export interface ApiKeyCreateBody {
  data: {
    type: 'api_key' | 'api_keys';
    /** @default {} */
    attributes?: {
      /**
       * @minLength 1
       * @maxLength 255
       * @pattern ^\P{C}+$
       */
      name: string;
      expires_at?: string | null;
    };
    /** @default {} */
    relationships?: object;
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface ApiKeyList {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: ApiKey[];
  links: ListLinks;
  meta: ListMeta;
}

/** A single data-collection run initiated by an authenticated user, typically driven by the browser extension. */
export interface Collect {
  type: 'collect';
  /** @format uuid */
  id: string;
  attributes: {
    /**
     * Public stable identifier for the collect run. Made by the server; never user-supplied.
     * @format uuid
     */
    collect_id: string;
    /** Slug identifying the data-collection provider or browser extension surface that initiated the run, such as `linkedin` or `popup`. Null for manual or legacy rows. */
    provider: string | null;
    /** Lifecycle state of the run: `todo`, then `in_progress`, then `finalized` (success) or `error` (failure). The last two are final. */
    status: CollectStatus;
    /** When the run began active processing. Set by the client; null until the extension begins extraction. */
    started_at: string | null;
    /** When the run reached a terminal state. Set by the client alongside the status. */
    ended_at: string | null;
    /**
     * Row creation timestamp; never user-editable.
     * @format date-time
     */
    created_at: string;
    /** Last modification timestamp, set on every update. */
    updated_at: string | null;
    /** Soft-delete timestamp. When set, no query finds the row. */
    deleted_at: string | null;
  };
  relationships: {
    /** The People record being enriched during this run: the person of the authenticated user. */
    people: {
      data: {
        type: 'people';
        /** @format uuid */
        id: string;
      };
    };
    /** The Workspace this run belongs to, stamped once at creation and never re-derived. */
    workspace: {
      data: {
        type: 'workspace';
        /** @format uuid */
        id: string;
      };
    };
    /** The Task that triggered this run. Null for manual, popup and side-panel collections. */
    task: {
      data: {
        type: 'task';
        /** @format uuid */
        id: string;
      } | null;
    };
  };
}

export interface CollectCreateBody {
  data: {
    type: 'collect' | 'collects';
    /** @default {} */
    attributes?: {
      provider?: string | null;
      /** Lifecycle state of the run: `todo`, then `in_progress`, then `finalized` (success) or `error` (failure). The last two are final. */
      status?: CollectStatus;
    };
    /** @default {} */
    relationships?: {
      task?: {
        data: {
          type: 'task' | 'tasks';
          /** @format uuid */
          id: string;
          /** Taken and passed over. */
          meta?: any;
        } | null;
        /** Taken and passed over. */
        links?: any;
        /** Taken and passed over. */
        meta?: any;
      };
    };
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface CollectDocument {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** A single data-collection run initiated by an authenticated user, typically driven by the browser extension. */
  data: Collect;
}

export interface CollectList {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: Collect[];
  included?: (People | Workspace | Task)[];
  links: ListLinks;
  meta: ListMeta;
}

export interface CollectUpdateBody {
  data: {
    type: 'collect' | 'collects';
    /** @format uuid */
    id?: string;
    /** @default {} */
    attributes?: {
      /** @format uuid */
      collect_id?: string;
      /** Lifecycle state of the run: `todo`, then `in_progress`, then `finalized` (success) or `error` (failure). The last two are final. */
      status?: CollectStatus;
      provider?: string | null;
      /** @format date-time */
      started_at?: string;
      /** @format date-time */
      ended_at?: string;
      /** @maxLength 2000 */
      error?: string;
    };
    /** @default {} */
    relationships?: object;
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface CollectWithIncluded {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** A single data-collection run initiated by an authenticated user, typically driven by the browser extension. */
  data: Collect;
  included?: (People | Workspace | Task)[];
}

/** A new API key with its secret. */
export interface CreatedApiKey {
  type: 'api_key';
  /** @format uuid */
  id: string;
  attributes: {
    /**
     * Public stable identifier of the key.
     * @format uuid
     */
    api_key_id: string;
    /**
     * What people call the key.
     * @maxLength 255
     */
    name: string;
    /** Beginning of the key, by which people recognise it. */
    prefix: string;
    /**
     * When the key was made.
     * @format date-time
     */
    created_at: string;
    /** When the key was last changed; being used is no change. */
    updated_at: string | null;
    /** When the key was last used, to the hour; null when it never was. */
    last_used_at: string | null;
    /** From when on the key proves nothing; null for no end. */
    expires_at: string | null;
    /** Soft-delete timestamp. */
    deleted_at: string | null;
    /** The key itself, to send as bearer token. Shown once: null when the same request is answered again. */
    secret: string | null;
  };
  relationships: {
    /** The member that the key acts as, with their role. */
    people: {
      data: {
        type: 'people';
        /** @format uuid */
        id: string;
      };
    };
    /** The one workspace that the key acts in. */
    workspace: {
      data: {
        type: 'workspace';
        /** @format uuid */
        id: string;
      };
    };
  };
}

export interface CreatedApiKeyDocument {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** A new API key with its secret. */
  data: CreatedApiKey;
}

export interface CustomColumnComputeBody {
  data: {
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
    /** @maxLength 64 */
    type?: string;
    attributes: {
      /** A collection of records, in the plural. */
      root: RecordRoot;
      /**
       * @maxItems 500
       * @minItems 1
       */
      record_ids: string[];
      force?: boolean;
    };
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface CustomColumnComputing {
  status: 'accepted';
  /** @format uuid */
  custom_column_id: string;
  /** @exclusiveMin 0 */
  record_count: number;
  /** Null when all of it is being computed already. */
  batch_id: string | null;
}

/** A file that a person, the extension or an import brought in. */
export interface Document {
  type: 'document';
  /** @format uuid */
  id: string;
  attributes: {
    /** Name to show and to save under. */
    filename: string;
    /** Name of the stored content: equal for equal bytes. */
    local_file_name: string;
    /** Media type, found out from the bytes. */
    type: string;
    /**
     * Bytes.
     * @min 0
     */
    size: number;
    /**
     * The Workspace that owns the document.
     * @format uuid
     */
    workspace_id: string;
    /**
     * When the document was uploaded.
     * @format date-time
     */
    uploaded_at: string;
    /** UN/EDIFACT 1001 code such as 380, or `receipt`; null until it is known. */
    document_type: string | null;
  };
  links: {
    /**
     * Where the file can be fetched for an hour.
     * @format uri
     */
    download: string;
  };
  relationships: {
    /** The Collect that found the document. */
    collect: {
      data: {
        type: 'collect';
        /** @format uuid */
        id: string;
      } | null;
    };
  };
}

export interface DocumentCreateBody {
  data: {
    type: 'document' | 'documents';
    /** @default {} */
    attributes?: {
      file_name?: string;
      collect_id?: string | null;
      /** @format uuid */
      workspace_id?: string;
      /**
       * @minLength 1
       * @maxLength 255
       * @pattern ^\P{C}+$
       */
      external_workspace_id?: string;
      metadata?: {
        document_type?: string | null;
      };
    };
    /** @default {} */
    relationships?: {
      collect?: {
        data: {
          type: 'collect' | 'collects';
          /** @format uuid */
          id: string;
          /** Taken and passed over. */
          meta?: any;
        } | null;
        /** Taken and passed over. */
        links?: any;
        /** Taken and passed over. */
        meta?: any;
      };
      workspace?: {
        data: {
          type: 'workspace' | 'workspaces';
          /** @format uuid */
          id: string;
          /** Taken and passed over. */
          meta?: any;
        } | null;
        /** Taken and passed over. */
        links?: any;
        /** Taken and passed over. */
        meta?: any;
      };
      company?: {
        data: {
          type: 'company' | 'companies';
          /** @format uuid */
          id: string;
          /** Taken and passed over. */
          meta?: any;
        } | null;
        /** Taken and passed over. */
        links?: any;
        /** Taken and passed over. */
        meta?: any;
      };
      people?: {
        data: {
          type: 'people' | 'peoples';
          /** @format uuid */
          id: string;
          /** Taken and passed over. */
          meta?: any;
        } | null;
        /** Taken and passed over. */
        links?: any;
        /** Taken and passed over. */
        meta?: any;
      };
    };
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface DocumentUploaded {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** A file that a person, the extension or an import brought in. */
  data: Document;
  meta: {
    /** The task that reads the document; null where the workspace wants none. */
    enrichment_task_id: string | null;
    /** Parts of the form that are not kept. */
    ignored?: string[];
  };
}

/** The durable work-item record of the asynchronous enrichment pipeline: one unit of background work on one entity. */
export interface EnrichmentTask {
  type: 'enrichment_task';
  /** @format uuid */
  id: string;
  attributes: {
    /**
     * Public stable identifier, made at insert.
     * @format uuid
     */
    enrichment_task_id: string;
    /**
     * Kind of entity this task targets; pairs with entity_id to form the reference.
     * @maxLength 100
     */
    entity_type: string;
    /**
     * Public id of the target entity.
     * @maxLength 255
     */
    entity_id: string;
    /** Lifecycle state. Driven exclusively by the pipeline; users cannot write this field. */
    status: EnrichmentTaskStatus;
    /** The worker that processes the task; rarely one that only a newer version knows. */
    enrichment_type: EnrichmentType | string;
    /** Worker input payload. The shape is worker-specific. */
    input: any;
    /** Worker output payload written on completion. The shape is worker-specific. */
    output: any;
    /** Names of the fields the worker should populate or re-evaluate. */
    target_fields: string[] | null;
    /** What the worker says of a task that failed. Null on success. */
    error: string | null;
    source_channel: SourceChannel | null;
    /** Deduplication fingerprint of the input payload. */
    input_hash: string | null;
    /** Human-readable markdown summary of the task, for display. */
    description: string | null;
    /** Groups tasks triggered by a single user action. All tasks of a batch were enqueued together. */
    batch_id: string | null;
    /**
     * Row creation timestamp.
     * @format date-time
     */
    created_at: string;
    /** Last modification timestamp. */
    updated_at: string | null;
    /** Soft-delete timestamp. */
    deleted_at: string | null;
    /** When the task reached completed, failed or rejected. Distinct from updated_at. */
    completed_at: string | null;
  };
  relationships: {
    /** The workspace that owns this task. */
    workspace: {
      data: {
        type: 'workspace';
        /** @format uuid */
        id: string;
      };
    };
    /** The macro task this one is a part of, as in the monthly close. */
    parent_task: {
      data: {
        type: 'enrichment_task';
        /** @format uuid */
        id: string;
      } | null;
    };
    /** With `include=subtasks` only: those that come along, the oldest first. */
    subtasks?: {
      links: {
        /** The list of all subtasks. */
        related: string;
      };
      data: {
        type: 'enrichment_task';
        /** @format uuid */
        id: string;
      }[];
    };
  };
}

export interface EnrichmentTaskBatch {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: EnrichmentTask[];
  meta: {
    /** Null when every task was there already. */
    batch_id: string | null;
    /** @exclusiveMin 0 */
    count: number;
    /**
     * How many of the tasks were there already.
     * @min 0
     */
    reused: number;
  };
}

export interface EnrichmentTaskCreateBody {
  data: NewEnrichmentTask | EnrichmentTaskRetry | NewEnrichmentTask[];
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface EnrichmentTaskCreated {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** The durable work-item record of the asynchronous enrichment pipeline: one unit of background work on one entity. */
  data: EnrichmentTask;
  meta: {
    /** Whether the task was there already. */
    reused: boolean;
    /**
     * The failed task that was to be repeated.
     * @format uuid
     */
    retry_of?: string;
  };
}

export interface EnrichmentTaskDocument {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** The durable work-item record of the asynchronous enrichment pipeline: one unit of background work on one entity. */
  data: EnrichmentTask;
}

/** Something that happened to a task. Events are never changed. */
export interface EnrichmentTaskEvent {
  type: 'enrichment_task_event';
  /** @format uuid */
  id: string;
  attributes: {
    /** What happened. */
    kind:
      | 'enqueued'
      | 'dispatched'
      | 'dispatch_failed'
      | 'claimed'
      | 'lease_expired'
      | 'retried'
      | 'waiting'
      | 'woken'
      | 'continued'
      | 'finished'
      | 'commanded'
      | string;
    /** Who did it: `user:<person id>`, `task:<task id>`, or the name of a function. */
    actor: string;
    /** Claims up to then. */
    attempt: number | null;
    detail: {
      /** Of `finished`: how the task ended. */
      status?: string;
      /** Of `finished`: the code of a soft stop. */
      halt?: string;
      /** Of `retried`: the fault that another run may not meet. */
      reason?: string;
      /** Of `commanded`: what a person asked for. */
      action?: string;
      /** Of `commanded`: what was changed. */
      fields?: string[];
      /** Of `commanded`: the task that repeats this one. */
      retry?: string;
      /** Of `enqueued`: the failed task that this one repeats. */
      retry_of?: string;
    } | null;
    /** @format date-time */
    created_at: string;
  };
  relationships: {
    enrichment_task: {
      data: {
        type: 'enrichment_task';
        /** @format uuid */
        id: string;
      };
    };
  };
}

export interface EnrichmentTaskEventList {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: EnrichmentTaskEvent[];
  links: ListLinks;
  meta: ListMeta;
}

export interface EnrichmentTaskList {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: EnrichmentTask[];
  included?: EnrichmentTask[];
  links: ListLinks;
  meta: EnrichmentTaskListMeta;
}

export interface EnrichmentTaskListMeta {
  /**
   * Rows of this page.
   * @min 0
   */
  count: number;
  /**
   * Rows of all pages, counted up to a bound.
   * @min 0
   */
  total: number;
  /** False when there are more than the bound. */
  total_is_exact: boolean;
  /** Tasks by status, with `filter[batch_id]` only. */
  status_counts?: {
    /** @min 0 */
    pending: number;
    /** @min 0 */
    processing: number;
    /** @min 0 */
    completed: number;
    /** @min 0 */
    awaiting_approval: number;
    /** @min 0 */
    failed: number;
    /** @min 0 */
    rejected: number;
  };
}

/** A failed task to repeat: all else is said by that task. */
export interface EnrichmentTaskRetry {
  type: 'enrichment_task' | 'enrichment_tasks';
  /** @default {} */
  attributes?: object;
  /** @default {} */
  relationships?: {
    retry_of: {
      data: {
        type: 'enrichment_task' | 'enrichment_tasks';
        /** @format uuid */
        id: string;
      };
    };
    parent_task?: any;
  };
  /** Taken and passed over. */
  lid?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  meta?: any;
}

export interface EnrichmentTaskUpdateBody {
  data: {
    type: 'enrichment_task' | 'enrichment_tasks';
    /** @format uuid */
    id?: string;
    /** @default {} */
    attributes?: {
      description?: string | null;
      /** @format uuid */
      enrichment_task_id?: string;
    };
    /** @default {} */
    relationships?: object;
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface EnrichmentTaskWithIncluded {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  /** The durable work-item record of the asynchronous enrichment pipeline: one unit of background work on one entity. */
  data: EnrichmentTask;
  included?: EnrichmentTask[];
}

export type EnrichmentTasksAsked = EnrichmentTaskCreated | EnrichmentTaskBatch;

/** Where in the request something is wrong. */
export interface ErrorDetails {
  /** Dotted place in the request, such as `data.attributes.status`. */
  path: string;
  /** `required`, `unknown field`, or what is expected there. */
  issue: string;
}

export interface FieldRuleComputeBody {
  data: {
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
    /** @maxLength 64 */
    type?: string;
    attributes: {
      /** A collection of records, in the plural. */
      root?: RecordRoot;
      /**
       * @maxItems 500
       * @minItems 1
       */
      record_ids: string[];
      force?: boolean;
    };
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

export interface FieldRuleComputing {
  status: 'accepted';
  field_key: string;
  /** A collection of records, in the plural. */
  root: RecordRoot;
  /** @exclusiveMin 0 */
  record_count: number;
  /** Null when all of it is being computed already. */
  batch_id: string | null;
}

/** Present when the answer is `application/vnd.api+json`. */
export interface JsonApi {
  version: '1.1';
}

/** What went wrong, as a JSON:API document. */
export interface JsonApiErrors {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi: JsonApi;
  errors: {
    id: string;
    links: {
      type: string;
    };
    status: string;
    /** Stable: branch on it and on the status, never on texts. */
    code: ErrorCode;
    title: string;
    detail: string;
    source?: {
      pointer?: string;
      parameter?: string;
      header?: string;
    };
    meta: {
      /** The trace that the request belongs to. */
      trace_id: string;
      /** Of this request alone; quote it. */
      log_id: string;
      /** Where in the request something is wrong. */
      details?: ErrorDetails;
    };
  }[];
}

export interface ListLinks {
  self: string;
  /** Relative URL of the next page; null on the last one. */
  next: string | null;
}

export interface ListMeta {
  /**
   * Rows of this page.
   * @min 0
   */
  count: number;
  /**
   * Rows of all pages, counted up to a bound.
   * @min 0
   */
  total: number;
  /** False when there are more than the bound. */
  total_is_exact: boolean;
}

/** A task to enqueue. */
export interface NewEnrichmentTask {
  type: 'enrichment_task' | 'enrichment_tasks';
  /** @default {} */
  attributes?: {
    /** The enrichment worker that processes the task. */
    enrichment_type: EnrichmentType;
    /** Kind of entity that a task targets, in the singular. */
    entity_type: EntityType;
    /**
     * Left out for the workspace itself and for a month, whose id is made from `input.record_id`.
     * @format uuid
     */
    entity_id?: string;
    input?: Partial<Record<string, any>>;
    /**
     * @maxItems 100
     * @minItems 1
     */
    target_fields?: string[];
    /**
     * Which product surface triggered the task.
     * @default "manual"
     */
    source_channel?: SourceChannel;
    /** Makes a new task where a recent one did the same work; the same as `input.force`. */
    force?: boolean;
  };
  /** @default {} */
  relationships?: {
    parent_task?: {
      data: {
        type: 'enrichment_task' | 'enrichment_tasks';
        /** @format uuid */
        id: string;
        /** Taken and passed over. */
        meta?: any;
      } | null;
      /** Taken and passed over. */
      links?: any;
      /** Taken and passed over. */
      meta?: any;
    };
  };
  /** Taken and passed over. */
  lid?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  meta?: any;
}

export interface OpenapiAnswer {
  /** @pattern ^3\.1\. */
  openapi: string;
  paths: Record<string, any>;
  [key: string]: any;
}

/** A person, as far as they come along with another resource. */
export interface People {
  type: 'people';
  /** @format uuid */
  id: string;
  attributes: {
    /** @format uuid */
    person_id: string;
    full_name: string;
    first_name: string;
    last_name: string;
    job_title: string | null;
    external_person_id: string | null;
    /** @format date-time */
    created_at: string;
    updated_at: string | null;
    deleted_at: string | null;
  };
}

/** What went wrong, in plain JSON. */
export interface Problem {
  /** Stable: branch on it and on the status, never on texts. */
  code: ErrorCode;
  status: number;
  title: string;
  message: string;
  /** Where in the request something is wrong. */
  details?: ErrorDetails;
  meta: {
    /** The trace that the request belongs to. */
    trace_id: string;
    /** Of this request alone; quote it. */
    log_id: string;
  };
}

/** What went wrong, as RFC 9457 writes it. */
export interface ProblemDetails {
  /** Leads to what the code means. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  /** Stable: branch on it and on the status, never on texts. */
  code: ErrorCode;
  /** Where in the request something is wrong. */
  details?: ErrorDetails;
  /** The trace that the request belongs to. */
  trace_id: string;
  /** Of this request alone; quote it. */
  log_id: string;
}

export interface ReconciliationResolution {
  /** Present when the answer is `application/vnd.api+json`. */
  jsonapi?: JsonApi;
  data: {
    type: 'reconciliation-resolve';
    attributes: {
      resolved: {
        /** @format uuid */
        task_id: string;
        /** What a person says to a proposal. */
        action: ResolveAction;
        success: true;
        [key: string]: any;
      }[];
      errors: {
        /** @format uuid */
        task_id: string;
        code: string;
        message: string;
      }[];
    };
  };
}

export interface ReconciliationResolveBody {
  data: {
    type: 'reconciliation-resolve' | 'reconciliation-resolves';
    /** @default {} */
    attributes?: {
      /**
       * @maxItems 100
       * @minItems 1
       */
      task_ids: string[];
      /** What a person says to a proposal. */
      action: ResolveAction;
    };
    /** @default {} */
    relationships?: object;
    /** Taken and passed over. */
    lid?: any;
    /** Taken and passed over. */
    links?: any;
    /** Taken and passed over. */
    meta?: any;
  };
  /** Taken and passed over. */
  meta?: any;
  /** Taken and passed over. */
  jsonapi?: any;
  /** Taken and passed over. */
  links?: any;
  /** Taken and passed over. */
  included?: any;
}

/** A to-do item, as far as it comes along with another resource. */
export interface Task {
  type: 'task';
  /** @format uuid */
  id: string;
  attributes: {
    /** @format uuid */
    task_id: string;
    title: string;
    description: string | null;
    status: 'ice_log' | 'open' | 'in_progress' | 'done' | 'blocked' | 'cancelled' | 'archived';
    executor_type: 'human' | 'system';
    source: 'user' | 'agent';
    priority: 'low' | 'medium' | 'high' | 'critical' | null;
    kind: string | null;
    due_date: string | null;
    done_at: string | null;
    /** @format date-time */
    created_at: string;
    updated_at: string | null;
    deleted_at: string | null;
  };
}

/** A workspace, as far as it comes along with another resource. */
export interface Workspace {
  type: 'workspace';
  /** @format uuid */
  id: string;
  attributes: {
    /** @format uuid */
    workspace_id: string;
    name: string;
    description: string | null;
    external_workspace_id: string | null;
    /** @format date-time */
    created_at: string;
    updated_at: string | null;
    deleted_at: string | null;
  };
}

export type QueryParamsType = Record<string | number, any>;
export type ResponseFormat = keyof Omit<Body, 'body' | 'bodyUsed'>;

export interface FullRequestParams extends Omit<RequestInit, 'body'> {
  /** set parameter to `true` for call `securityWorker` for this request */
  secure?: boolean;
  /** request path */
  path: string;
  /** content type of request body */
  type?: ContentType;
  /** query params */
  query?: QueryParamsType;
  /** format of response (i.e. response.json() -> format: "json") */
  format?: ResponseFormat;
  /** request body */
  body?: unknown;
  /** base url */
  baseUrl?: string;
  /** request cancellation token */
  cancelToken?: CancelToken;
}

export type RequestParams = Omit<FullRequestParams, 'body' | 'method' | 'query' | 'path'>;

export interface ApiConfig<SecurityDataType = unknown> {
  baseUrl?: string;
  baseApiParams?: Omit<RequestParams, 'baseUrl' | 'cancelToken' | 'signal'>;
  securityWorker?: (
    securityData: SecurityDataType | null,
  ) => Promise<RequestParams | void> | RequestParams | void;
  customFetch?: typeof fetch;
}

export interface HttpResponse<D extends unknown, E extends unknown = unknown> extends Response {
  data: D;
  error: E;
}

type CancelToken = Symbol | string | number;

export type ContentType =
  | 'application/json'
  | 'application/vnd.api+json'
  | 'multipart/form-data'
  | 'application/x-www-form-urlencoded'
  | 'text/plain';

export class HttpClient<SecurityDataType = unknown> {
  public baseUrl: string = '/';
  private securityData: SecurityDataType | null = null;
  private securityWorker?: ApiConfig<SecurityDataType>['securityWorker'];
  private abortControllers = new Map<CancelToken, AbortController>();
  private customFetch = (...fetchParams: Parameters<typeof fetch>) => fetch(...fetchParams);

  private baseApiParams: RequestParams = {
    credentials: 'same-origin',
    headers: {},
    redirect: 'follow',
    referrerPolicy: 'no-referrer',
  };

  constructor(apiConfig: ApiConfig<SecurityDataType> = {}) {
    Object.assign(this, apiConfig);
  }

  public setSecurityData = (data: SecurityDataType | null) => {
    this.securityData = data;
  };

  protected encodeQueryParam(key: string, value: any) {
    const encodedKey = encodeURIComponent(key);
    return `${encodedKey}=${encodeURIComponent(typeof value === 'number' ? value : `${value}`)}`;
  }

  protected addQueryParam(query: QueryParamsType, key: string) {
    return this.encodeQueryParam(key, query[key]);
  }

  protected addArrayQueryParam(query: QueryParamsType, key: string) {
    const value = query[key];
    return value.map((v: any) => this.encodeQueryParam(key, v)).join('&');
  }

  protected toQueryString(rawQuery?: QueryParamsType): string {
    const query = rawQuery || {};
    const keys = Object.keys(query).filter((key) => 'undefined' !== typeof query[key]);
    return keys
      .map((key) =>
        Array.isArray(query[key]) ? this.addArrayQueryParam(query, key) : this.addQueryParam(query, key),
      )
      .join('&');
  }

  protected addQueryParams(rawQuery?: QueryParamsType): string {
    const queryString = this.toQueryString(rawQuery);
    return queryString ? `?${queryString}` : '';
  }

  private contentFormatters: Record<ContentType, (input: any) => any> = {
    ['application/json']: (input: any) =>
      input !== null && (typeof input === 'object' || typeof input === 'string')
        ? JSON.stringify(input)
        : input,
    ['application/vnd.api+json']: (input: any) =>
      input !== null && (typeof input === 'object' || typeof input === 'string')
        ? JSON.stringify(input)
        : input,
    ['text/plain']: (input: any) =>
      input !== null && typeof input !== 'string' ? JSON.stringify(input) : input,
    ['multipart/form-data']: (input: any) => {
      if (input instanceof FormData) {
        return input;
      }

      return Object.keys(input || {}).reduce((formData, key) => {
        const property = input[key];
        formData.append(
          key,
          property instanceof Blob
            ? property
            : typeof property === 'object' && property !== null
              ? JSON.stringify(property)
              : `${property}`,
        );
        return formData;
      }, new FormData());
    },
    ['application/x-www-form-urlencoded']: (input: any) => this.toQueryString(input),
  };

  protected mergeRequestParams(params1: RequestParams, params2?: RequestParams): RequestParams {
    return {
      ...this.baseApiParams,
      ...params1,
      ...(params2 || {}),
      headers: {
        ...(this.baseApiParams.headers || {}),
        ...(params1.headers || {}),
        ...((params2 && params2.headers) || {}),
      },
    };
  }

  protected createAbortSignal = (cancelToken: CancelToken): AbortSignal | undefined => {
    if (this.abortControllers.has(cancelToken)) {
      const abortController = this.abortControllers.get(cancelToken);
      if (abortController) {
        return abortController.signal;
      }
      return void 0;
    }

    const abortController = new AbortController();
    this.abortControllers.set(cancelToken, abortController);
    return abortController.signal;
  };

  public abortRequest = (cancelToken: CancelToken) => {
    const abortController = this.abortControllers.get(cancelToken);

    if (abortController) {
      abortController.abort();
      this.abortControllers.delete(cancelToken);
    }
  };

  public request = async <T = any, E = any>({
    body,
    secure,
    path,
    type,
    query,
    format,
    baseUrl,
    cancelToken,
    ...params
  }: FullRequestParams): Promise<HttpResponse<T, E>> => {
    const secureParams =
      ((typeof secure === 'boolean' ? secure : this.baseApiParams.secure) &&
        this.securityWorker &&
        (await this.securityWorker(this.securityData))) ||
      {};
    const requestParams = this.mergeRequestParams(params, secureParams);
    const queryString = query && this.toQueryString(query);
    const payloadFormatter = this.contentFormatters[type || 'application/json'];
    const responseFormat = format || requestParams.format;

    return this.customFetch(
      `${baseUrl || this.baseUrl || ''}${path}${queryString ? `?${queryString}` : ''}`,
      {
        ...requestParams,
        headers: {
          ...(requestParams.headers || {}),
          ...(type && type !== 'multipart/form-data' ? { 'Content-Type': type } : {}),
        },
        signal: (cancelToken ? this.createAbortSignal(cancelToken) : requestParams.signal) || null,
        body: typeof body === 'undefined' || body === null ? null : payloadFormatter(body),
      },
    ).then(async (response) => {
      const r = response as HttpResponse<T, E>;
      r.data = null as unknown as T;
      r.error = null as unknown as E;

      const responseToParse = responseFormat ? response.clone() : response;
      const data = !responseFormat
        ? r
        : await responseToParse[responseFormat]()
            .then((data) => {
              if (r.ok) {
                r.data = data;
              } else {
                r.error = data;
              }
              return r;
            })
            .catch((e) => {
              r.error = e;
              return r;
            });

      if (cancelToken) {
        this.abortControllers.delete(cancelToken);
      }

      if (!response.ok) throw data;
      return data;
    });
  };
}

/**
 * @title Wellspring
 * @version 1
 * @license Apache 2.0
 * @baseUrl /
 *
 * Runs of the browser extension (collects), uploads, and the background work that reads them (enrichment tasks).
 *
 * Bodies are JSON:API documents, sent as `application/json` or `application/vnd.api+json`; the answer comes as the one that `Accept` names. What a schema does not name is refused: unknown fields, parameters and filters are a 400. Lists are read page by page along `links.next`. An id of another workspace is answered like one that does not exist. Fields may be added to answers at any time; nothing is taken away within a version.
 */
export class WellspringApi<SecurityDataType extends unknown> extends HttpClient<SecurityDataType> {
  apiKey = {
    /**
     * No description
     *
     * @tags Api key
     * @name ApiKeyCreate
     * @summary Make an API key
     * @request POST:/v1/api-key
     * @secure
     */
    apiKeyCreate: (
      data: ApiKeyCreateBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CreatedApiKeyDocument, Problem>({
        path: `/v1/api-key`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Api key
     * @name ApiKeyList
     * @summary List API keys
     * @request GET:/v1/api-key
     * @secure
     */
    apiKeyList: (
      query?: {
        /**
         * @min 1
         * @max 500
         */
        limit?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[limit]'?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[size]'?: number;
        /** @maxLength 1024 */
        cursor?: string;
        /** @maxLength 1024 */
        'page[cursor]'?: string;
        /** @maxLength 1024 */
        'page[after]'?: string;
        /** @default "-created_at" */
        sort?: 'created_at' | '-created_at';
        'fields[api_key]'?: (
          | 'api_key_id'
          | 'name'
          | 'prefix'
          | 'created_at'
          | 'updated_at'
          | 'last_used_at'
          | 'expires_at'
          | 'deleted_at'
          | 'people'
          | 'workspace'
        )[];
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<ApiKeyList, Problem>({
        path: `/v1/api-key`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Api key
     * @name ApiKeyDelete
     * @summary Delete an API key
     * @request DELETE:/v1/api-key/{id}
     * @secure
     */
    apiKeyDelete: (
      id: string,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<void, Problem>({
        path: `/v1/api-key/${id}`,
        method: 'DELETE',
        query: query,
        secure: true,
        ...params,
      }),
  };
  collects = {
    /**
     * No description
     *
     * @tags Collects
     * @name CollectCreate
     * @summary Start a collect
     * @request POST:/v1/collects
     * @secure
     */
    collectCreate: (
      data: CollectCreateBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CollectDocument, Problem>({
        path: `/v1/collects`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Collects
     * @name CollectList
     * @summary List collects
     * @request GET:/v1/collects
     * @secure
     */
    collectList: (
      query?: {
        /**
         * @min 1
         * @max 500
         */
        limit?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[limit]'?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[size]'?: number;
        /** @maxLength 1024 */
        cursor?: string;
        /** @maxLength 1024 */
        'page[cursor]'?: string;
        /** @maxLength 1024 */
        'page[after]'?: string;
        /** @default "-created_at" */
        sort?: 'created_at' | '-created_at';
        'filter[status]'?: CollectStatus[];
        'filter[provider]'?: string[];
        /** @format uuid */
        'filter[task]'?: string;
        'filter[created_at][gte]'?: string;
        'filter[created_at][lt]'?: string;
        'fields[collect]'?: (
          | 'collect_id'
          | 'provider'
          | 'status'
          | 'started_at'
          | 'ended_at'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
          | 'people'
          | 'workspace'
          | 'task'
        )[];
        'fields[people]'?: (
          | 'person_id'
          | 'full_name'
          | 'first_name'
          | 'last_name'
          | 'job_title'
          | 'external_person_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        'fields[workspace]'?: (
          | 'workspace_id'
          | 'name'
          | 'description'
          | 'external_workspace_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        'fields[task]'?: (
          | 'task_id'
          | 'title'
          | 'description'
          | 'status'
          | 'executor_type'
          | 'source'
          | 'priority'
          | 'kind'
          | 'due_date'
          | 'done_at'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        include?: ('people' | 'workspace' | 'task')[];
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CollectList, Problem>({
        path: `/v1/collects`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Collects
     * @name CollectRetrieve
     * @summary Read a collect
     * @request GET:/v1/collects/{id}
     * @secure
     */
    collectRetrieve: (
      id: string,
      query?: {
        'fields[collect]'?: (
          | 'collect_id'
          | 'provider'
          | 'status'
          | 'started_at'
          | 'ended_at'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
          | 'people'
          | 'workspace'
          | 'task'
        )[];
        'fields[people]'?: (
          | 'person_id'
          | 'full_name'
          | 'first_name'
          | 'last_name'
          | 'job_title'
          | 'external_person_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        'fields[workspace]'?: (
          | 'workspace_id'
          | 'name'
          | 'description'
          | 'external_workspace_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        'fields[task]'?: (
          | 'task_id'
          | 'title'
          | 'description'
          | 'status'
          | 'executor_type'
          | 'source'
          | 'priority'
          | 'kind'
          | 'due_date'
          | 'done_at'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
        )[];
        include?: ('people' | 'workspace' | 'task')[];
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CollectWithIncluded, void | Problem>({
        path: `/v1/collects/${id}`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Collects
     * @name CollectUpdate
     * @summary Move a collect on
     * @request PATCH:/v1/collects/{id}
     * @secure
     */
    collectUpdate: (
      id: string,
      data: CollectUpdateBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CollectDocument, Problem>({
        path: `/v1/collects/${id}`,
        method: 'PATCH',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Collects
     * @name CollectDelete
     * @summary Delete a collect
     * @request DELETE:/v1/collects/{id}
     * @secure
     */
    collectDelete: (
      id: string,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<void, Problem>({
        path: `/v1/collects/${id}`,
        method: 'DELETE',
        query: query,
        secure: true,
        ...params,
      }),
  };
  customColumns = {
    /**
     * No description
     *
     * @tags Custom columns
     * @name CustomColumnCompute
     * @summary Compute the cells of a custom column
     * @request POST:/v1/custom-columns/{id}/compute
     * @secure
     */
    customColumnCompute: (
      id: string,
      data: CustomColumnComputeBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<CustomColumnComputing, Problem>({
        path: `/v1/custom-columns/${id}/compute`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),
  };
  fieldRules = {
    /**
     * No description
     *
     * @tags Field rules
     * @name FieldRuleCompute
     * @summary Apply a field rule to records
     * @request POST:/v1/field-rules/{root}/{field_key}/compute
     * @secure
     */
    fieldRuleCompute: (
      root: RecordRoot,
      fieldKey: string,
      data: FieldRuleComputeBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<FieldRuleComputing, Problem>({
        path: `/v1/field-rules/${root}/${fieldKey}/compute`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),
  };
  documents = {
    /**
     * No description
     *
     * @tags Documents
     * @name DocumentCreate
     * @summary Upload a document
     * @request POST:/v1/documents
     * @secure
     */
    documentCreate: (
      data: {
        /**
         * The file itself.
         * @format binary
         */
        file: File;
        document?: DocumentCreateBody;
      },
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<DocumentUploaded, Problem>({
        path: `/v1/documents`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'multipart/form-data',
        format: 'json',
        ...params,
      }),
  };
  enrichmentTasks = {
    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskCreate
     * @summary Ask for background work
     * @request POST:/v1/enrichment-tasks
     * @secure
     */
    enrichmentTaskCreate: (
      data: EnrichmentTaskCreateBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<EnrichmentTasksAsked, Problem>({
        path: `/v1/enrichment-tasks`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskList
     * @summary List enrichment tasks
     * @request GET:/v1/enrichment-tasks
     * @secure
     */
    enrichmentTaskList: (
      query?: {
        /**
         * @min 1
         * @max 500
         */
        limit?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[limit]'?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[size]'?: number;
        /** @maxLength 1024 */
        cursor?: string;
        /** @maxLength 1024 */
        'page[cursor]'?: string;
        /** @maxLength 1024 */
        'page[after]'?: string;
        /** @default "-created_at" */
        sort?: 'created_at' | '-created_at';
        'filter[status]'?: EnrichmentTaskStatus[];
        'filter[enrichment_type]'?: EnrichmentType[];
        'filter[entity_type]'?: EntityType[];
        /**
         * @minLength 1
         * @maxLength 255
         * @pattern ^\P{C}+$
         */
        'filter[entity_id]'?: string;
        /** @format uuid */
        'filter[batch_id]'?: string;
        /** @format uuid */
        'filter[parent_task]'?: string;
        'filter[source_channel]'?: SourceChannel[];
        'filter[created_at][gte]'?: string;
        'filter[created_at][lt]'?: string;
        'fields[enrichment_task]'?: (
          | 'enrichment_task_id'
          | 'entity_type'
          | 'entity_id'
          | 'status'
          | 'enrichment_type'
          | 'input'
          | 'output'
          | 'target_fields'
          | 'error'
          | 'source_channel'
          | 'input_hash'
          | 'description'
          | 'batch_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
          | 'completed_at'
          | 'workspace'
          | 'parent_task'
          | 'subtasks'
        )[];
        include?: ('parent_task' | 'subtasks')[];
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<EnrichmentTaskList, Problem>({
        path: `/v1/enrichment-tasks`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskDelete
     * @summary Delete an enrichment task
     * @request DELETE:/v1/enrichment-tasks/{id}
     * @secure
     */
    enrichmentTaskDelete: (
      id: string,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<void, Problem>({
        path: `/v1/enrichment-tasks/${id}`,
        method: 'DELETE',
        query: query,
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskRetrieve
     * @summary Read an enrichment task
     * @request GET:/v1/enrichment-tasks/{id}
     * @secure
     */
    enrichmentTaskRetrieve: (
      id: string,
      query?: {
        'fields[enrichment_task]'?: (
          | 'enrichment_task_id'
          | 'entity_type'
          | 'entity_id'
          | 'status'
          | 'enrichment_type'
          | 'input'
          | 'output'
          | 'target_fields'
          | 'error'
          | 'source_channel'
          | 'input_hash'
          | 'description'
          | 'batch_id'
          | 'created_at'
          | 'updated_at'
          | 'deleted_at'
          | 'completed_at'
          | 'workspace'
          | 'parent_task'
          | 'subtasks'
        )[];
        include?: ('parent_task' | 'subtasks')[];
        /**
         * Seconds to wait for the task to end or to need a person.
         * @min 0
         * @max 25
         * @default 0
         */
        wait?: number;
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<EnrichmentTaskWithIncluded, void | Problem>({
        path: `/v1/enrichment-tasks/${id}`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskUpdate
     * @summary Describe an enrichment task
     * @request PATCH:/v1/enrichment-tasks/{id}
     * @secure
     */
    enrichmentTaskUpdate: (
      id: string,
      data: EnrichmentTaskUpdateBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<EnrichmentTaskDocument, Problem>({
        path: `/v1/enrichment-tasks/${id}`,
        method: 'PATCH',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),

    /**
     * No description
     *
     * @tags Enrichment tasks
     * @name EnrichmentTaskEvents
     * @summary Read the timeline of an enrichment task
     * @request GET:/v1/enrichment-tasks/{id}/events
     * @secure
     */
    enrichmentTaskEvents: (
      id: string,
      query?: {
        /**
         * @min 1
         * @max 500
         */
        limit?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[limit]'?: number;
        /**
         * @min 1
         * @max 500
         */
        'page[size]'?: number;
        /** @maxLength 1024 */
        cursor?: string;
        /** @maxLength 1024 */
        'page[cursor]'?: string;
        /** @maxLength 1024 */
        'page[after]'?: string;
        /** @default "created_at" */
        sort?: 'created_at' | '-created_at';
        'fields[enrichment_task_event]'?: (
          | 'kind'
          | 'actor'
          | 'attempt'
          | 'detail'
          | 'created_at'
          | 'enrichment_task'
        )[];
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<EnrichmentTaskEventList, Problem>({
        path: `/v1/enrichment-tasks/${id}/events`,
        method: 'GET',
        query: query,
        secure: true,
        format: 'json',
        ...params,
      }),
  };
  reconciliation = {
    /**
     * No description
     *
     * @tags Reconciliation
     * @name ReconciliationResolve
     * @summary Approve or reject proposals
     * @request POST:/v1/reconciliation/resolve
     * @secure
     */
    reconciliationResolve: (
      data: ReconciliationResolveBody,
      query?: {
        /**
         * Another workspace of the caller than the default one. An API key knows its own alone.
         * @format uuid
         */
        workspaceId?: string;
      },
      params: RequestParams = {},
    ) =>
      this.request<ReconciliationResolution, Problem>({
        path: `/v1/reconciliation/resolve`,
        method: 'POST',
        query: query,
        body: data,
        secure: true,
        type: 'application/json',
        format: 'json',
        ...params,
      }),
  };
  about = {
    /**
     * No description
     *
     * @tags About
     * @name Openapi
     * @summary Describe this API
     * @request GET:/openapi.json
     */
    openapi: (params: RequestParams = {}) =>
      this.request<OpenapiAnswer, void | Problem>({
        path: `/openapi.json`,
        method: 'GET',
        format: 'json',
        ...params,
      }),
  };
}
