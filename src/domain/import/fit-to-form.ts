import { CONSENT_TIMES, consentTimeHeader } from '../export-columns.ts';
import { type FormField, namedLabel, shortLabel } from '../form-fields.ts';
import type { Column } from './targets.ts';

/**
 * Columns that are called like a field of the event's form, or like its label in any language, are that field: so what a file brings
 * and what people answer are one. A column that has the field's own name comes first; of several others the first. Columns that an export
 * has beside a consent say when it was given: nobody gives it then, and they are left out.
 */
export function fitToForm(columns: readonly Column[], formFields: readonly FormField[]): readonly Column[] {
  const taken = new Set(columns.flatMap((column) => (column.is === 'field' ? [column.field] : [])));
  return columns.map((column) => {
    if (column.is !== 'field' || column.repeats !== undefined) return column;
    if (formFields.some(({ name }) => name === column.field)) return column;
    const written = fold(column.name);
    if (formFields.some((field) => timesOf(field).includes(written))) return { ...column, is: 'left_out' };
    const meant = formFields.find(
      (field) => !taken.has(field.name) && namesOf(field).some((name) => fold(name) === written),
    );
    if (!meant) return column;
    taken.add(meant.name);
    return { ...column, field: meant.name };
  });
}

/** As files write it: also what an export calls its column. */
function namesOf({ name, label }: FormField): readonly string[] {
  const labels = typeof label === 'string' ? [label] : Object.values(label);
  const short = labels.map(shortLabel);
  return [name, ...labels, ...short, ...short.map((one) => namedLabel(one, name))];
}

function timesOf(field: FormField): readonly string[] {
  if (field.type !== 'consent') return [];
  return namesOf(field).flatMap((name) => CONSENT_TIMES.map((time) => fold(consentTimeHeader(name, time))));
}

/** Whatever stands between its words, and a mark that it must be filled in. */
function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\p{P}\p{S}]+/gu, ' ')
    .trim();
}
