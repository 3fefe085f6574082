import { AppError, type FieldError } from '../errors.ts';
import { cut } from './cut.ts';
import { isSingle, type Mapping, TARGETS, type Target } from './targets.ts';

/**
 * A mapping as the API takes it: `email:Attendee Email,first_name:Name`. A comma begins the next pair only before the
 * name of a target and a colon, so names of columns may hold both. Throws `invalid_input`.
 */
export function parseMapping(text: string): Mapping {
  const pairs = text.trim() === '' ? [] : text.split(new RegExp(`,(?=\\s*(?:${TARGETS.join('|')})\\s*:)`));
  const mapping = Object.create(null) as Record<string, Target>;
  for (const pair of pairs) {
    const colon = pair.indexOf(':');
    const [target, name] = [pair.slice(0, Math.max(0, colon)).trim(), pair.slice(colon + 1).trim()];
    if (!(TARGETS as readonly string[]).includes(target) || name === '')
      throw new AppError('invalid_input', 'The mapping cannot be read.', {
        errors: [
          {
            path: 'map',
            message: `must be pairs like email:Attendee Email,first_name:Name; before each colon one of ${TARGETS.join(', ')}`,
          },
        ],
      });
    mapping[name] = target as Target;
  }
  return mapping;
}

/** Throws `invalid_input` where a mapping names what is not there, or two columns for one thing. */
export function checkMapping(names: readonly string[], mapping: Mapping): void {
  const errors: FieldError[] = [];
  for (const [name, target] of Object.entries(mapping)) {
    if (!names.includes(name))
      errors.push({
        path: `map.${target}`,
        message: `names “${name}”, and the file has ${listNames(names)}`,
      });
    const same = Object.keys(mapping).filter((other) => mapping[other] === target);
    if (isSingle(target) && same.length > 1 && same[0] === name)
      errors.push({ path: `map.${target}`, message: `is given twice: ${listNames(same)}` });
  }
  if (errors.length)
    throw new AppError('invalid_input', 'The mapping does not fit the file. Nothing was imported.', {
      errors,
    });
}

/** A file may have a thousand columns. */
const MAX_LISTED = 30;

/** The names of columns in a sentence. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map((name) => `“${cut(name, 80)}”`);
  if (names.length > MAX_LISTED) shown.push(`and ${names.length - MAX_LISTED} more`);
  return shown.join(', ') || 'no columns';
}
