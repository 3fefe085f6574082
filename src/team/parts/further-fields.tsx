import { TextArea } from './field.tsx';

/** So many fields of the registrants' own are listed one by one: events from before the limit have thousands. */
const LISTED = 100;

/** The fields that a page lists: the first hundred, and whichever are chosen. */
export function listedFields(fields: readonly string[], chosen: readonly string[]): readonly string[] {
  const wanted = new Set(chosen);
  return fields.filter((field, i) => i < LISTED || wanted.has(field));
}

/** What somebody wrote to name further fields, and what is wrong with it. */
export interface FurtherFieldsValue {
  readonly text: string;
  readonly error: string | null;
}

interface FurtherFieldsProps {
  readonly listed: number;
  readonly total: number;
  readonly value: FurtherFieldsValue | null;
}

/** Where the fields that are not listed are named; nothing where all are. */
export function FurtherFields({ listed, total, value }: FurtherFieldsProps) {
  if (listed >= total) return null;
  const words = (count: number) => count.toLocaleString('en');
  return (
    <TextArea
      name="further"
      label="Further fields, one a line"
      hint={`${words(listed)} of ${words(total)} fields are listed. Write the names of others, or part of a name to be told which there are.`}
      rows={3}
      value={value?.text}
      error={value?.error}
    />
  );
}
