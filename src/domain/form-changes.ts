import type { FormField } from './form-fields.ts';

/** What can happen to a field that people have answered. Its answers stay in every case. */
export const FORM_CHANGES = ['removed', 'type', 'options'] as const;

export interface FormChange {
  readonly name: string;
  readonly change: (typeof FORM_CHANGES)[number];
  /** Of `options`: those that there still are. */
  readonly options: readonly string[];
}

/** The fields of a form whose answers another form does not ask for, or would not take. */
export function formChanges(before: readonly FormField[], after: readonly FormField[]): FormChange[] {
  return before.flatMap(({ name, type, options }): FormChange[] => {
    const next = after.find((field) => field.name === name);
    if (!next) return [{ name, change: 'removed', options: [] }];
    // One line is also several.
    if (type !== next.type && !(type === 'text' && next.type === 'textarea'))
      return [{ name, change: 'type', options: [] }];
    const isLess = next.type === 'select' && options.some((option) => !next.options.includes(option));
    return isLess ? [{ name, change: 'options', options: next.options }] : [];
  });
}

/** How many answers a change concerns. */
export interface AnsweredChange extends Pick<FormChange, 'name' | 'change'> {
  readonly answers: number;
}
