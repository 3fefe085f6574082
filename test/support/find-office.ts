import { findExecutable, findProgram } from './find-program.ts';

const ON_MACOS = ['/Applications/LibreOffice.app/Contents/MacOS/soffice'];

/** The path of a LibreOffice: what SOFFICE_PATH names, else one in the usual places; null without one. */
export function findOffice(): string | null {
  if (process.env.SOFFICE_PATH) return process.env.SOFFICE_PATH;
  return findProgram('soffice', 'libreoffice') ?? findExecutable(ON_MACOS);
}
