import type { Membership } from '../db/memberships.ts';

/** The program behind a call: an API key, which acts as the member who made it. */
export interface KeyCaller {
  kind: 'key';
  /** Public id of the key. */
  apiKeyId: string;
  /** Read as the key was proven: its one workspace, and its person there. */
  membership: Membership;
}
