import { linearSumAssignment } from 'linear-sum-assignment';

/** A possible pair; `gain` is what choosing it is worth and must be above zero. */
export interface Edge {
  left: string;
  right: string;
  gain: number;
}

export interface Assigned<E extends Edge> {
  edge: E;
  /** How much the best total loses when this pair is forbidden: small where a rival is near. */
  margin: number;
}

/** Blocks with more on a side than this are assigned greedily: the exact way grows with the cube. */
const EXACT_MAX = 400;
/** Up to this size each pair is forbidden in turn to learn its margin; beyond, only its direct rivals are looked at. */
const MARGIN_MAX = 40;

const blocksOf = <E extends Edge>(edges: readonly E[]): E[][] => {
  const parent = new Map<string, string>();
  const find = (node: string): string => {
    let root = node;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    parent.set(node, root);
    return root;
  };
  for (const edge of edges) {
    const [left, right] = [find(`l${edge.left}`), find(`r${edge.right}`)];
    if (left !== right) parent.set(left, right);
  }
  const blocks = new Map<string, E[]>();
  for (const edge of edges) {
    const root = find(`l${edge.left}`);
    const block = blocks.get(root);
    if (block) block.push(edge);
    else blocks.set(root, [edge]);
  }
  return [...blocks.values()];
};

const solve = <E extends Edge>(rows: string[], columns: string[], edges: readonly E[], forbidden?: E) => {
  const [rowOf, columnOf] = [
    new Map(rows.map((id, at) => [id, at])),
    new Map(columns.map((id, at) => [id, at])),
  ];
  const byCell = new Map<number, E>();
  const matrix = rows.map(() => new Array<number>(columns.length).fill(0));
  for (const edge of edges) {
    if (edge === forbidden) continue;
    const [row, column] = [rowOf.get(edge.left) ?? 0, columnOf.get(edge.right) ?? 0];
    const line = matrix[row];
    if (line) line[column] = edge.gain;
    byCell.set(row * columns.length + column, edge);
  }
  const { rowAssignments } = linearSumAssignment(matrix, { maximaze: true });
  const chosen: E[] = [];
  rowAssignments.forEach((column, row) => {
    const edge = column < 0 ? undefined : byCell.get(row * columns.length + column);
    if (edge) chosen.push(edge);
  });
  return { chosen, total: chosen.reduce((sum, edge) => sum + edge.gain, 0) };
};

const byGain = <E extends Edge>(a: E, b: E) =>
  b.gain - a.gain || (a.left < b.left ? -1 : a.left > b.left ? 1 : a.right < b.right ? -1 : 1);

const greedy = <E extends Edge>(edges: readonly E[]): E[] => {
  const [lefts, rights] = [new Set<string>(), new Set<string>()];
  return [...edges].sort(byGain).filter(({ left, right }) => {
    if (lefts.has(left) || rights.has(right)) return false;
    lefts.add(left);
    rights.add(right);
    return true;
  });
};

const nearestRival = <E extends Edge>(edge: E, edges: readonly E[]) =>
  edges.reduce(
    (best, other) =>
      other !== edge && (other.left === edge.left || other.right === edge.right)
        ? Math.max(best, other.gain)
        : best,
    0,
  );

const assignBlock = <E extends Edge>(edges: E[]): Assigned<E>[] => {
  const [only] = edges;
  if (edges.length === 1 && only) return [{ edge: only, margin: only.gain }];
  const rows = [...new Set(edges.map(({ left }) => left))].sort();
  const columns = [...new Set(edges.map(({ right }) => right))].sort();
  const size = Math.max(rows.length, columns.length);
  if (size > EXACT_MAX) {
    return greedy(edges).map((edge) => ({ edge, margin: edge.gain - nearestRival(edge, edges) }));
  }
  const best = solve(rows, columns, edges);
  return best.chosen.map((edge) => ({
    edge,
    margin:
      size > MARGIN_MAX
        ? edge.gain - nearestRival(edge, edges)
        : best.total - solve(rows, columns, edges, edge).total,
  }));
};

/** One to one with the best total gain per connected block; the order of the edges does not matter. */
export const assign = <E extends Edge>(edges: readonly E[]): Assigned<E>[] =>
  blocksOf([...edges].sort(byGain)).flatMap(assignBlock);
