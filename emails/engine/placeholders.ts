/**
 * Stand-ins for a recipient's values while a template is rendered: letters and digits only, so that neither
 * React's escaping nor URL encoding nor a calendar's touches them.
 */
export interface Placeholders<Name extends string> {
  readonly values: Readonly<Record<Name, string>>;
  /** The rendered part as Handlebars source, with an expression for each stand-in; `write`: of its name, else the name itself. */
  readonly toSource: (rendered: string, write?: (name: Name) => string) => string;
  /** Which of the names `rendered` holds. */
  readonly usedIn: (rendered: string) => readonly Name[];
}

/**
 * The stand-ins for `names`, chosen so that none of the texts contains one by chance or by malice. The same input
 * gives the same stand-ins, and so the same template.
 */
export function placeholders<Name extends string>(
  names: readonly Name[],
  texts: readonly string[],
): Placeholders<Name> {
  const mark = unusedMark(texts.join('\n'));
  const pattern = new RegExp(`${mark}(\\d+)z`, 'g');
  const nameAt = (index: string | undefined) => {
    const name = names[Number(index)];
    if (name === undefined) throw new Error(`A placeholder of no variable: ${index}`);
    return name;
  };
  return {
    // The mail reads only what it declares (its props are typed by it), so the partial record is complete for it.
    values: Object.fromEntries(names.map((name, index) => [name, `${mark}${index}z`])) as Record<
      Name,
      string
    >,
    toSource: (rendered, write = (name) => name) =>
      rendered
        .split(pattern)
        // split puts what the group caught between the literals: odd places are variables.
        .map((piece, place) => (place % 2 ? `{{${write(nameAt(piece))}}}` : literal(piece)))
        .join(''),
    usedIn: (rendered) => [...rendered.matchAll(pattern)].map(([, index]) => nameAt(index)),
  };
}

function unusedMark(text: string): string {
  const haystack = text.toLowerCase();
  for (let salt = 0; ; salt++) {
    const mark = `zq${salt}x`;
    if (!haystack.includes(mark)) return mark;
  }
}

/** What braces and backslashes become where Handlebars would read something into them. */
export const LITERALS = { '{': 'literalOpen', '}': 'literalClose', '\\': 'literalBackslash' } as const;

// Two or more in a row, or one beside an expression: alone among other characters they mean nothing to Handlebars.
const DANGEROUS = /[{}\\]{2,}|^[{}\\]|[{}\\]$/g;

/**
 * Text that Handlebars prints as it is. Its own escapes are no help: `\{{` needs care when backslashes come
 * before it, and `}` after an expression has none. So the characters come in as values, like everything else.
 */
function literal(text: string): string {
  return text.replace(DANGEROUS, (run) =>
    Array.from(run, (character) => `{{${LITERALS[character as keyof typeof LITERALS]}}}`).join(''),
  );
}
