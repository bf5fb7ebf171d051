/** Cuts a text into deltas of at most so many characters, never inside a surrogate pair. */
export function splitIntoDeltas(text: string, characters = 20): string[] {
  const deltas: string[] = [];
  let current = "";
  let length = 0;
  for (const character of text) {
    current += character;
    length += 1;
    if (length < characters) continue;
    deltas.push(current);
    current = "";
    length = 0;
  }
  if (current !== "") deltas.push(current);
  return deltas;
}

/** Repeats deltas in their order until there are so many more. */
export function repeatDeltas(deltas: readonly string[], missing: number): string[] {
  const repeated = [...deltas];
  for (let index = 0; index < missing; index += 1) repeated.push(deltas[index % deltas.length] ?? "x");
  return repeated;
}

/** Takes from each list in turn: how parallel calls interleave. */
export function interleave<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const items: Item[] = [];
  for (let index = 0; index < longest; index += 1) {
    for (const list of lists) if (index < list.length) items.push(list[index] as Item);
  }
  return items;
}
