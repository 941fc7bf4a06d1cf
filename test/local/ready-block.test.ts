import { expect, test } from 'vitest';
import { readyBlock } from '../../local/ready-block.ts';

const stack = {
  folder: '/data/here',
  logFile: '/data/here/functions.log',
  description: {
    ready: true as const,
    ms: 1_834,
    pid: 4_242,
    functions: 'http://127.0.0.1:8080',
    cloud_tasks: {
      grpc: '127.0.0.1:8081',
      rest: 'http://127.0.0.1:8082',
      project: 'wellspring-local',
      location: 'europe-west1',
    },
    database_url: 'postgres://wellspring@127.0.0.1:8083/wellspring',
    token: 'aaa.bbb.ccc',
    workspace_id: 'w',
    people_id: 'p',
  },
};

test('fits a screen and holds what a newcomer needs', () => {
  const block = readyBlock(stack, { dataDir: '.local', interactive: true });

  expect(block.split('\n').length).toBeLessThanOrEqual(24);
  for (const fact of ['8080', '127.0.0.1:8081', '8082', '8083', 'aaa.bbb.ccc', 'npm run demo ', 'd  run'])
    expect(block).toContain(fact);
});

test('sends other commands to the data that is used', () => {
  const elsewhere = readyBlock(stack, { dataDir: '/data/here', interactive: false });
  const nowhere = readyBlock(stack, { dataDir: null, interactive: false });

  for (const block of [elsewhere, nowhere]) expect(block).toContain('npm run demo -- --data /data/here');
  expect(nowhere).toContain('(removed at the end)');
});
