export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** `glibc` or `musl`; null where it is not Linux. */
  readonly libc: string | null;
  readonly node: string;
}

export interface Needs {
  readonly postgres?: 'always' | 'unless named';
}

export function whyNotHere(
  machine: Machine,
  command: Needs,
  env: Readonly<Record<string, string | undefined>>,
): string | null;
