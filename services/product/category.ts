/** The tree of categories. */

/** 1 normal, 2 obsolete: hidden with all below it. */
export const categoryStatus = { normal: 1, obsolete: 2 } as const;

export interface Category {
  readonly id: bigint;
  /** 0 for a root. */
  readonly parentId: bigint;
  readonly name: string;
  readonly status: number;
  /** Orders it among its siblings, lowest first. */
  readonly position: number;
  readonly version: bigint;
}

/** The shown part of the tree, for looking things up. */
export interface CategoryTree {
  /** The sum of all versions: greater after every insert and every change of a category. */
  readonly edition: bigint;
  /** Every parent before its children, siblings by position and id. */
  readonly categories: readonly Category[];
  /** The category with this id or exact name, if it is shown. */
  find(key: bigint | string): Category | undefined;
  /** The category and all below it, ascending. Only itself if it is not shown. */
  subtree(id: bigint): readonly bigint[];
}

/** The tree is not deeper; whatever stands below is not shown, and a circle ends here. */
const levelsMax = 8;

/** Builds the tree of all rows: the obsolete ones, and what only they lead to, are left out. */
export function createCategoryTree(rows: readonly Category[]): CategoryTree {
  const shown = rows.filter((row) => row.status === categoryStatus.normal);
  const byParent = Map.groupBy(shown.toSorted(inOrder), (row) => row.parentId);
  const categories: Category[] = [];
  const below = new Map<bigint, readonly bigint[]>();

  function visit(row: Category, level: number): readonly bigint[] {
    categories.push(row);
    const children = level < levelsMax ? byParent.get(row.id) ?? [] : [];
    const ids = [row.id, ...children.flatMap((child) => visit(child, level + 1))];
    below.set(row.id, ids.toSorted((a, b) => (a < b ? -1 : 1)));
    return ids;
  }
  for (const root of byParent.get(0n) ?? []) visit(root, 1);
  const byKey = new Map<bigint | string, Category>(
    categories.flatMap((row) => [[row.id, row], [row.name, row]] as const),
  );
  return {
    edition: rows.reduce((sum, { version }) => sum + version, 0n),
    categories,
    find: (key) => byKey.get(key),
    subtree: (id) => below.get(id) ?? [id],
  };
}

function inOrder(one: Category, other: Category): number {
  return one.position - other.position || (one.id < other.id ? -1 : 1);
}
