/**
 * Packages that a bundle leaves to `node_modules`, each with the reason; everything else is inside. A reason that no
 * longer holds is a package less to install with the functions.
 */
export const externals: Readonly<Record<string, string>> = {
  '@google-cloud/functions-framework':
    'owns the registry of functions: two copies would not know of each other',
  '@google-cloud/tasks': 'reads JSON files beside itself; loaded by the first task that is dispatched',
  '@google-cloud/storage':
    'only where STORAGE names a bucket; brings the same libraries of Google as tasks does',
  'google-auth-library': 'tasks and storage are given its clients, and check their class',
  'google-gax': 'tasks is given its credentials, and checks their class',
  sharp: 'native code',
  'tesseract.js': 'starts a thread from a file beside itself and reads its core as WebAssembly',
  '@tesseract.js-data/deu': 'a file of data that is looked up by its package',
  '@tesseract.js-data/eng': 'a file of data that is looked up by its package',
  '@tesseract.js-data/fra': 'a file of data that is looked up by its package',
  '@hyzyla/pdfium': 'reads its WebAssembly beside itself',
  unpdf: 'loaded past the compiler, together with the two above',
};

/** Never installed: pg asks for it and goes on without. */
export const absent: readonly string[] = ['pg-native'];
