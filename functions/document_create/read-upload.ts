import type { WantedWorkspace } from '../../shared/auth/caller.ts';
import { schemaProblem } from '../../shared/errors.ts';
import type { DocumentCreateBody } from './schema.ts';

/** What an upload asks for, whichever of its documented spellings it uses. */
export interface UploadRequest {
  /** Undefined where the document names none. */
  workspace: WantedWorkspace | undefined;
  collectId: string | null;
  /** Undefined where only the file has a name. */
  fileName: string | undefined;
  documentType: string | null;
  /** Parts of the documented form that are not kept. */
  ignored: string[];
}

/** Reads the document of an upload. Throws a 400 when two of its places name different things. */
export function readUpload({ attributes, relationships }: DocumentCreateBody['data']): UploadRequest {
  const workspaceId = agreed('workspace', attributes.workspace_id, relationships.workspace?.data?.id);
  const externalId = attributes.external_workspace_id;
  if (workspaceId && externalId)
    throw schemaProblem({
      path: 'data.attributes.external_workspace_id',
      issue: 'expected the id of the workspace or its external id, not both',
    });
  return {
    workspace: externalId ? { externalId } : workspaceId,
    collectId: agreed('collect', attributes.collect_id, relationships.collect?.data?.id) ?? null,
    fileName: attributes.file_name,
    documentType: attributes.metadata?.document_type ?? null,
    ignored: (['company', 'people'] as const)
      .filter((name) => relationships[name]?.data)
      .map((name) => `relationships.${name}`),
  };
}

function agreed(
  name: string,
  attribute: string | null | undefined,
  related: string | undefined,
): string | undefined {
  if (attribute && related && attribute.toLowerCase() !== related.toLowerCase())
    throw schemaProblem({
      path: `data.relationships.${name}`,
      issue: `expected the same ${name} as in data.attributes.${name}_id`,
    });
  return attribute ?? related;
}
