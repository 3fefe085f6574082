/** A folder with a lock file: what is installed there, in words, and what may be absent. */
export interface Installed {
  readonly folder: string;
  readonly what: string;
  readonly mayLack?: readonly string[];
  readonly dev?: boolean;
}

export function installMissing(folders: readonly Installed[]): Promise<void>;
