import { startEmulator } from '../../local/emulator/emulator.ts';

// An emulator in a process of its own that can be killed and started again under the same ports and the same key, as
// Cloud Tasks keeps its keys. Settings come as one JSON argument.
const options = JSON.parse(process.argv[2] ?? '{}');
const emulator = await startEmulator(options);
process.stdout.write(
  `${JSON.stringify({ ready: true, issuer: emulator.issuer, jwksUrl: emulator.jwksUrl })}\n`,
);
