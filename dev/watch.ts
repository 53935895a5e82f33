/** Which processes a change on disk concerns, and noticing it. */

export interface Watched {
  readonly name: string;
  /** Files and directories, relative to the project's root. */
  readonly paths: readonly string[];
}

export interface WatchOptions {
  readonly root: string;
  readonly watched: readonly Watched[];
  /** Told once when it has been quiet again: whom it concerns and one of the changed files. */
  readonly onChange: (names: readonly string[], path: string) => void;
  /** How long it must be quiet after a change; editors and git write many files at once. */
  readonly quietMs?: number;
}

/** Starts watching. Paths that do not exist are passed over. */
export function watchFiles({ root, watched, onChange, quietMs = 200 }: WatchOptions): Disposable {
  const places = [...new Set(watched.flatMap(({ paths }) => paths))]
    .map((path) => `${root}/${path}`)
    .filter(exists);
  if (places.length === 0) return { [Symbol.dispose]: () => {} };
  const watcher = Deno.watchFs(places);
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    const paths = [...changed];
    changed.clear();
    const names = concerned(watched, paths);
    if (names.length > 0) onChange(names, paths[0] ?? "");
  }
  async function follow(): Promise<void> {
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      for (const path of paths.filter(isSource)) changed.add(path.slice(root.length + 1));
      clearTimeout(timer);
      if (changed.size > 0) timer = setTimeout(flush, quietMs);
    }
  }
  const following = follow();
  following.catch(() => {}); // Closing may interrupt it.
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

/** Who watches one of `paths`, in the order of `watched`. */
export function concerned(
  watched: readonly Watched[],
  paths: readonly string[],
): readonly string[] {
  const isWithin = (path: string, dir: string) => path === dir || path.startsWith(`${dir}/`);
  return watched
    .filter((one) => paths.some((path) => one.paths.some((dir) => isWithin(path, dir))))
    .map((one) => one.name);
}

/** What a running process may have read; tests and editors' drafts are nothing to it. */
function isSource(path: string): boolean {
  return /\.(ts|js|json|sql|lua)$/.test(path) && !/_test\.ts$|(^|\/)\.[^/]*$/.test(path);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
