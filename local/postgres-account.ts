import { execFile } from 'node:child_process';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** Who the server runs as: spread into spawn options. Empty means the user of this process. */
export type Account = { uid: number; gid: number } | Record<string, never>;

/** `nobody` on Linux: owns nothing, so a server that runs as it can harm nothing but its own folder. */
export const nobody = { uid: 65534, gid: 65534 };

/** True when this process may choose another account, and must: PostgreSQL refuses to run as root. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Who a server that lives in `path` runs as: this process's user, or, for root, the owner of the place. An owner without
 * a name on this machine (a folder mounted into a container) will not do: initdb asks for the name.
 */
export const accountFor = async (path: string): Promise<Account> => {
  if (!isRoot()) return {};
  const { uid, gid } = await stat(path);
  if (uid === 0) return nobody;
  const named = await promisify(execFile)('id', ['-un', String(uid)]).catch(() => null);
  return named ? { uid, gid } : nobody;
};

/** Whether `account` may read and enter `path` through every folder above it. The path must exist. */
export const isReachable = async (path: string, account: Account): Promise<boolean> => {
  if (account.uid === undefined) return true;
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
    if ((bits & 1) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

const firstReachable = async (candidates: readonly string[], make: boolean): Promise<string | null> => {
  for (const path of candidates) {
    try {
      if (make) {
        await mkdir(path, { recursive: true });
        // A strict umask would leave a folder that the server's account cannot pass.
        await chmod(path, 0o755);
      }
      if (await isReachable(path, nobody)) return await realpath(path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM' && code !== 'ENOENT') throw error;
    }
  }
  return null;
};

/** A temporary folder that every account can enter, or a clear error. */
export const reachableTemporaryRoot = async (): Promise<string> => {
  if (!isRoot()) return realpath(tmpdir());
  const root = await firstReachable([tmpdir(), '/tmp', '/var/tmp'], false);
  if (!root) throw new Error('No temporary folder can be entered by an unprivileged account; set TMPDIR.');
  return root;
};

/** Where root keeps data of projects that lie in folders closed to others: outlives a reboot, unlike /tmp. */
export const reachableStateRoot = async (): Promise<string> => {
  const root = await firstReachable(['/var/lib/wellspring', '/var/tmp/wellspring'], true);
  if (!root) {
    throw new Error(
      'Neither /var/lib nor /var/tmp can hold the database; pass a data folder that all users can enter.',
    );
  }
  return root;
};
