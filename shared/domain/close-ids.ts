import { v5 } from 'uuid';

/** Made once, for ids that are computed instead of stored. */
const NAMESPACE = 'a3d6f0b2-6a0e-4c55-9a58-0d7d6f1c2b94';

/**
 * `entity_id` of the close of a month in a workspace, `month` as `2026-03`. The documented unique index of pending
 * closes has no workspace column, so the id itself carries the workspace.
 */
export const monthId = (workspaceId: string, month: string): string =>
  v5(`${workspaceId}/${month}`, NAMESPACE);

/** `entity_id` of one counterparty in the close of a month. */
export const companyMonthId = (workspaceId: string, companyId: string, month: string): string =>
  v5(`${workspaceId}/${companyId}/${month}`, NAMESPACE);
