import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['soffice', 'libreoffice'];
const ON_MACOS = '/Applications/LibreOffice.app/Contents/MacOS/soffice';

/** The path of a LibreOffice: what SOFFICE_PATH names, else one in the usual places; null without one. */
export function findOffice(): string | null {
  if (process.env.SOFFICE_PATH) return process.env.SOFFICE_PATH;
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', ...(process.env.PATH ?? '').split(':')];
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ON_MACOS];
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
