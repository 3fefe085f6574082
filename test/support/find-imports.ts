export interface FoundImport {
  readonly specifier: string;
  /** `import type` and `export type`: gone before the program runs. */
  readonly typeOnly: boolean;
}

/** Comments, strings and templates are read as a whole, so that an import inside a comment or a text is none. */
const TOKENS = /\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
const TEXT = '\u0001';

/** Every static and dynamic import, and re-export of a source file. */
export function findImports(source: string): FoundImport[] {
  const texts: string[] = [];
  const code = source.replaceAll(TOKENS, (token) => {
    if (token.startsWith('/')) return ' ';
    texts.push(token.slice(1, -1));
    return `${TEXT}${texts.length - 1}${TEXT}`;
  });
  const statement = new RegExp(
    `\\b(?:import|export)\\s+(type\\s)?(?:[\\w\\s{},*$]+?\\bfrom\\s*)?${TEXT}(\\d+)${TEXT}`,
    'g',
  );
  const call = new RegExp(`\\b(?:import|require)\\s*\\(\\s*${TEXT}(\\d+)${TEXT}`, 'g');
  return [
    ...[...code.matchAll(statement)].map((match) => ({
      specifier: texts[Number(match[2])] ?? '',
      typeOnly: match[1] !== undefined,
    })),
    ...[...code.matchAll(call)].map((match) => ({
      specifier: texts[Number(match[1])] ?? '',
      typeOnly: false,
    })),
  ];
}
