/** One stage of a Dockerfile, as far as ours goes. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** In order: what is copied (`from` a stage, else the build's context), and what is run. */
  readonly steps: readonly Step[];
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export type Step =
  | { readonly copy: readonly string[]; readonly to: string; readonly from: string | null }
  | { readonly run: string };

/** Reads a Dockerfile; throws at an instruction or option that it does not know, so that a test cannot overlook one. */
export function readDockerfile(text: string): Stage[] {
  const stages: { -readonly [K in keyof Stage]: Stage[K] }[] = [];
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  for (const line of lines) {
    const [, instruction, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (!line.trim() || line.startsWith('#')) continue;
    if (instruction === 'FROM') {
      const [, base = '', , name = String(stages.length)] = /^(\S+)( AS (\S+))?$/.exec(rest) ?? [];
      if (!base) throw new Error(`Not understood: ${line}`);
      stages.push({
        ...{ name, base, workdir: '/', env: {}, steps: [] },
        ...{ user: 'root', entrypoint: [], command: [] },
      });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`Before any FROM: ${line}`);
    switch (instruction) {
      case 'WORKDIR':
        stage.workdir = rest;
        break;
      case 'ENV':
        stage.env = { ...stage.env, ...Object.fromEntries(rest.split(/\s+/).map((pair) => pair.split('='))) };
        break;
      case 'COPY':
        stage.steps = [...stage.steps, readCopy(rest)];
        break;
      case 'RUN':
        if (rest.startsWith('-') || rest.startsWith('[')) throw new Error(`Not understood: ${line}`);
        stage.steps = [...stage.steps, { run: rest }];
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'ENTRYPOINT':
        stage.entrypoint = JSON.parse(rest);
        break;
      case 'CMD':
        stage.command = JSON.parse(rest);
        break;
      case 'EXPOSE':
        break;
      default:
        throw new Error(`Not understood: ${line}`);
    }
  }
  return stages;
}

function readCopy(text: string): Step {
  const words = text.split(/\s+/);
  const options = words.filter((word) => word.startsWith('--'));
  const [from] = options.flatMap((option) => /^--from=(.*)$/.exec(option)?.[1] ?? []);
  const paths = words.filter((word) => !word.startsWith('--'));
  const to = paths.at(-1);
  if (!to || paths.length < 2 || options.length > (from ? 1 : 0))
    throw new Error(`Not understood: COPY ${text}`);
  return { copy: paths.slice(0, -1), to, from: from ?? null };
}

/** Whether a .dockerignore keeps `path` out of the build's context: the last line that names it, or a folder above it, counts. */
export function readDockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => ({ ignored: !line.startsWith('!'), pattern: toPattern(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.ignored ?? false;
}

/** `**` is any number of folders, `*` a part of one name; what lies below a folder that fits, fits. */
function toPattern(line: string): RegExp {
  const parts = line.split(/(\*\*\/|\*)/).map((part) => {
    if (part === '**/') return '(?:.*/)?';
    return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}(?:/|$)`);
}
