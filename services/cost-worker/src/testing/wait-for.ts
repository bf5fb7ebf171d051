/** Resolves when it is so, looking again and again; rejects after `limitMs`. */
export async function waitFor(isSo: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const until = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`it did not come to be within ${limitMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
