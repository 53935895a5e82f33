/** The tree of categories: the themes, and their shelves below them. */
import type { CategoryRow } from "./rows.ts";
import type { Shelf, Theme } from "./words/theme.ts";

/** A sub-category with the words that its products are made of. */
export interface Place {
  readonly categoryId: bigint;
  readonly theme: Theme;
  readonly shelf: Shelf;
}

/** Ids leave room: theme 1 is 1, its shelves 101, 102, …; so a new shelf moves no other id. */
const shelvesMax = 99;

/** Rows, parents first; the position is the place among siblings, from 1. */
export function categoryRows(themes: readonly Theme[]): CategoryRow[] {
  const roots = themes.map((theme, index) => {
    return { id: BigInt(index + 1), parent_id: null, name: theme.name, position: index + 1 };
  });
  const children = themes.flatMap((theme, themeIndex) =>
    theme.shelves.map((shelf, shelfIndex) => ({
      id: shelfId(themeIndex, shelfIndex),
      parent_id: BigInt(themeIndex + 1),
      name: shelf.name,
      position: shelfIndex + 1,
    }))
  );
  return [...roots, ...children];
}

/** Every sub-category, in the order of the ids. */
export function placesOf(themes: readonly Theme[]): Place[] {
  return themes.flatMap((theme, themeIndex) =>
    theme.shelves.map((shelf, shelfIndex) => {
      return { categoryId: shelfId(themeIndex, shelfIndex), theme, shelf };
    })
  );
}

function shelfId(themeIndex: number, shelfIndex: number): bigint {
  if (shelfIndex >= shelvesMax) throw new RangeError(`at most ${shelvesMax} shelves a theme`);
  return BigInt((themeIndex + 1) * 100 + shelfIndex + 1);
}
