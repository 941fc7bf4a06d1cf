import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of a folder that are taken for documents; a file named by itself is taken whatever it is called. */
const DOCUMENT_ENDING = /\.(pdf|xml|png|jpe?g|webp|tiff?)$/i;

/** The files that the arguments name, folders walked to their end, in order. Throws for what is not there. */
export async function listInputFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw new Error(`there is no file or folder ${path}`, { cause: error });
    });
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const inside = entries
      .filter((entry) => entry.isFile() && DOCUMENT_ENDING.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (inside.length === 0) throw new Error(`folder ${path} holds no PDF, picture or XML`);
    files.push(...inside);
  }
  return files;
}
