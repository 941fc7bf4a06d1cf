import { createHash } from 'node:crypto';
import { access, copyFile, lstat, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

interface DataFile {
  name: string;
  from: string;
}

const require = createRequire(import.meta.url);
const QUALITY = '4.0.0_best_int';

// One package per language; a further language is one more package and one more row.
const packages: Readonly<Record<string, { code: string; package: string }>> = {
  en: { code: 'eng', package: '@tesseract.js-data/eng' },
  fr: { code: 'fra', package: '@tesseract.js-data/fra' },
  de: { code: 'deu', package: '@tesseract.js-data/deu' },
};

/** Tesseract's codes for ISO 639-1 codes or locales such as `fr-CH`; those without data are left out, none is English. */
export const recognitionLanguages = (languages: readonly string[]): string[] => {
  const codes = languages.flatMap((language) => packages[language.slice(0, 2).toLowerCase()]?.code ?? []);
  return codes.length === 0 ? ['eng'] : [...new Set(codes)];
};

/**
 * A folder with the data of every language, made once per machine and user: tesseract.js takes one folder only and
 * the packages have one each. Safe against other processes that make it at the same time; rejects when a package is
 * missing.
 */
export const languageDataFolder = async (parent: string = tmpdir()): Promise<string> => {
  const files: DataFile[] = Object.values(packages).map(({ code, package: name }) => {
    const file = require.resolve(`${name}/package.json`);
    return { name: `${code}.traineddata.gz`, from: join(dirname(file), QUALITY, `${code}.traineddata.gz`) };
  });
  const folder = join(parent, `wellspring-languages-${userInfo().username}-${fingerprint(files)}`);
  if (await isOurs(folder, files)) return folder;

  const draft = await mkdtemp(join(parent, 'wellspring-languages-'));
  for (const { name, from } of files) await place(from, join(draft, name));
  // Another process may have been first, and then its folder serves; or a stranger holds the name, and then ours does.
  const placed = await rename(draft, folder).then(
    () => true,
    () => false,
  );
  if (placed) return folder;
  if (!(await isOurs(folder, files))) return draft;
  await rm(draft, { recursive: true });
  return folder;
};

const fingerprint = (files: DataFile[]): string =>
  createHash('sha256')
    .update(files.map((file) => file.from).join('\n'))
    .digest('hex')
    .slice(0, 12);

// The folder for temporary files is open to every user; a folder that a stranger put there is not read.
const isOurs = async (folder: string, files: DataFile[]): Promise<boolean> => {
  try {
    const { uid } = await lstat(folder);
    await Promise.all(files.map(({ name }) => access(join(folder, name))));
    return process.getuid === undefined || uid === process.getuid();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

// A link costs nothing where /tmp is memory; where links need a privilege the data is copied.
const place = async (from: string, to: string): Promise<void> => {
  try {
    await symlink(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    await copyFile(from, to);
  }
};
