/** Finding the word that was meant. */

/** So many mistakes are forgiven: two in a long word; in others they would make another word. */
function mistakesMax(word: string): number {
  return word.length < 8 ? 1 : 2;
}

/** The best of the candidates, which come most similar first; undefined if none is near enough. */
export function meantWord(word: string, candidates: readonly string[]): string | undefined {
  const rated = candidates
    .map((candidate) => ({ candidate, mistakes: editDistance(word, candidate) }))
    .filter(({ mistakes }) => mistakes <= mistakesMax(word));
  return rated.toSorted((a, b) => a.mistakes - b.mistakes)[0]?.candidate;
}

/**
 * How many letters must be added, taken away, changed, or swapped with their neighbour: the
 * optimal string alignment distance (Damerau 1964, without overlapping edits).
 */
export function editDistance(one: string, other: string): number {
  const a = Array.from(one);
  const b = Array.from(other);
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.entries()) {
    const current = [row + 1];
    for (const [column, otherLetter] of b.entries()) {
      const replaced = at(previous, column) + (letter === otherLetter ? 0 : 1);
      const swapped = letter === b[column - 1] && otherLetter === a[row - 1]
        ? at(older, column - 1) + 1
        : Infinity;
      current.push(
        Math.min(at(previous, column + 1) + 1, at(current, column) + 1, replaced, swapped),
      );
    }
    [older, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
