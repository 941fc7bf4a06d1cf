import type pg from 'pg';
import type { QuerySqlToken } from 'slonik';

/** A workspace whose rows are listed, beside another with as many. */
export interface Tenant {
  workspacePk: number;
  personPk: number;
}

/** A statement that lists, and how little it may read. */
export interface PlanCase {
  what: string;
  statement: QuerySqlToken;
  /** Rows of `table` that the plan may fetch, those it throws away again among them. */
  reads: number;
  /** Setting of the transaction instead of its workspace. */
  setting?: { name: string; value: string };
}

/** The lists of one table. */
export interface TablePlans {
  table: string;
  role: 'wellspring_api' | 'wellspring_worker';
  /** Fills the table for both workspaces, as the owner, and answers the cases of the first. */
  seed(client: pg.Client, tenant: Tenant, other: Tenant): Promise<readonly PlanCase[]>;
}

/** A node of `explain (format json)`, as far as it is looked at. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** How a plan reads a table: the kinds of its scans, the rows they fetch, and the most that is sorted at once. */
export const readingOf = (root: PlanNode, table: string) => {
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  const all = nodes(root);
  const scans = all.filter((node) => node['Relation Name'] === table);
  const fetched = scans.map(
    (node) =>
      (node['Actual Rows'] +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0)) *
      node['Actual Loops'],
  );
  const sorted = all
    .filter((node) => node['Node Type'].includes('Sort'))
    .map((node) => node.Plans?.[0]?.['Actual Rows'] ?? 0);
  return {
    scans: [...new Set(scans.map((node) => node['Node Type']))],
    rows: fetched.reduce((sum, rows) => sum + rows, 0),
    sorted: Math.max(0, ...sorted),
    plan: all
      .map((node) =>
        [node['Node Type'], node['Relation Name'], node['Index Name'], node['Actual Rows']].join(' '),
      )
      .join('\n'),
  };
};
