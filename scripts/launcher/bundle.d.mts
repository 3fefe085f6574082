export const MANIFEST: string;
export function fingerprint(path: string): string | null;
