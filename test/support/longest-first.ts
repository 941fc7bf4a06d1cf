import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take seconds, the longest first. What is missing here costs time only when it ends up last and alone. */
const LONG = [
  'test/chaos/kill.test.ts',
  'test/local/start.integration.test.ts',
  'test/functions/tenants.integration.test.ts',
  'test/local/postgres.integration.test.ts',
  'test/functions/workers.integration.test.ts',
  'test/shared/db/migrate.integration.test.ts',
  'test/docs/add-an-enrichment-type.integration.test.ts',
  'test/functions/ai_invoice/index.integration.test.ts',
  'test/shared/extraction/invoice/sample-data.test.ts',
  'test/shared/extraction/parser-pool.test.ts',
  'test/shared/extraction/read-invoice-document.test.ts',
  'test/functions/properties/properties.integration.test.ts',
  'test/local/commands.test.ts',
  'test/shared/extraction/read-document.test.ts',
  'test/shared/extraction/invoice/xml/tree.test.ts',
  'test/local/demo/documents.test.ts',
];

/** Starts the files that take longest first also where no earlier run has measured them, as after a fresh clone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at < 0 ? LONG.length : at;
    };
    // By project first, because a worker of one project cannot go on with files of another.
    const sorted = await super.sort(files);
    return Array.from(Map.groupBy(sorted, ({ project }) => project.name).values()).flatMap((group) =>
      group.toSorted((left, right) => rank(left) - rank(right)),
    );
  }
}
