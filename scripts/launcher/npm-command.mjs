import { basename } from 'node:path';

/** The npm that started us, on the Node that it runs on; without one (node scripts/run.mjs …) the one on the PATH. */
export function npmCommand() {
  const { npm_execpath: path, npm_node_execpath: node } = process.env;
  return path && /^npm-cli\.c?js$/.test(basename(path)) ? [node || process.execPath, path] : ['npm'];
}
