/** One property of a calendar file. */
export interface Property {
  readonly name: string;
  readonly parameters: string;
  readonly value: string;
}

/** Reads a calendar file back, by RFC 5545 and knowing nothing of what wrote it. TEXT values stay escaped. */
export function parseCalendar(file: string): Property[] {
  if (!file.endsWith('\r\n')) throw new Error('the last line is not ended');
  return file
    .slice(0, -2)
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .map((line) => {
      if (/[\r\n]/.test(line)) throw new Error(`a bare CR or LF in ${JSON.stringify(line)}`);
      // A colon in a quoted parameter does not end the parameters.
      const match = /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$/s.exec(line);
      if (!match) throw new Error(`no property: ${JSON.stringify(line)}`);
      return { name: match[1] ?? '', parameters: match[2] ?? '', value: match[3] ?? '' };
    });
}

/** The value of the one property called `name`; undefined where there is none. */
export function propertyOf(file: string, name: string): string | undefined {
  const found = parseCalendar(file).filter((property) => property.name === name);
  if (found.length > 1) throw new Error(`${name} stands there ${found.length} times`);
  return found[0]?.value;
}

/** What a TEXT value says (RFC 5545, 3.3.11). */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}
