import { forbidden } from '../errors.ts';
import type { Caller } from './caller.ts';

/**
 * Throws a 403 unless an owner or admin calls with a token of their own: a key that leaked must not make others, tell
 * of them or end them.
 */
export const requireKeyManager = ({ principal, role }: Pick<Caller, 'principal' | 'role'>): void => {
  if (principal.kind === 'key') throw forbidden('API keys are managed with a token of a person.');
  if (role !== 'owner' && role !== 'admin') throw forbidden('API keys are for owners and admins to manage.');
};
