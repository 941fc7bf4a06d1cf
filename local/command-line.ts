/** What went wrong, in a sentence for the person at the keyboard. */
export function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join('; ');
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  // Node goes on with how to write a file name that looks like an option.
  if (code?.startsWith('ERR_PARSE_ARGS'))
    return `${error.message.replace(/\. To specify.*$/s, '')}; --help lists the options`;
  return error.message || error.name;
}

/** Runs a command to its exit code. What it throws is one sentence on stderr, and 1. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  // Whoever reads us may have seen enough, as in `| head -1`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await command().catch((error: unknown) => {
    process.stderr.write(`wellspring: ${explain(error)}\n`);
    return 1;
  });
}
