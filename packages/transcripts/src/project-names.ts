export interface ProjectNames {
  note(projectFolder: string, cwd: string): void;
  /** The path that the folder is named after, where a line told it, else the folder's name. */
  nameOf(projectFolder: string): string;
}

/**
 * The folder's name is the path of the project with everything but letters and digits made "-", which cannot be undone;
 * but a line whose `cwd` makes the same name tells it. Sessions change their folder on the way: other paths say nothing.
 */
export function createProjectNames(): ProjectNames {
  const names = new Map<string, string>();
  const refused = new Set<string>();
  return {
    note(projectFolder, cwd) {
      if (names.has(projectFolder)) return;
      const pair = `${projectFolder}\n${cwd}`;
      if (refused.has(pair)) return;
      if (makesFolder(cwd, projectFolder)) names.set(projectFolder, cwd);
      else if (refused.size < 10_000) refused.add(pair);
    },
    nameOf: (projectFolder) => names.get(projectFolder) ?? projectFolder,
  };
}

/** Long names are cut by the client and end in a digest of their own. */
function makesFolder(cwd: string, projectFolder: string): boolean {
  const made = cwd.replaceAll(/[^\p{L}\p{N}]/gu, "-");
  const plain = cwd.replaceAll(/[^A-Za-z0-9]/g, "-");
  return [made, plain].some(
    (name) => name === projectFolder || (name.length > 200 && projectFolder.startsWith(name.slice(0, 200))),
  );
}
