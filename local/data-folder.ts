import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes the folder of a stack's data where it is missing. Throws a sentence when this user cannot write there. */
export async function openDataFolder(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  const place = await nearest(folder);
  if (!(await stat(place)).isDirectory()) throw new Error(`${place} is no folder: name another with --data`);
  await access(place, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw new Error(`this user cannot write to ${place}: name another data folder with --data`, {
      cause: error,
    });
  });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** The path itself, or the folder above it that exists. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  return found ? path : nearest(dirname(path));
}
