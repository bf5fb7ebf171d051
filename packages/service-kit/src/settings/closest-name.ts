/** The known name that was probably meant: at most a third of its letters differ. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = simplify(name);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = editDistance(wanted, simplify(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 0; row < a.length; row += 1) {
    const letter = a[row];
    const current = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(previous, column - 1) + (letter === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
