import type { ReactNode } from 'react';

export interface SelectionBarProps {
  /** The id of the table whose checkboxes it counts. */
  readonly table: string;
  /** The id of the form that they and the buttons belong to. */
  readonly form: string;
  /** "person", "people" */
  readonly noun: readonly [one: string, many: string];
  /** Offers everything that matches, on all pages: a checkbox sent as `name=yes` unless `value` says otherwise. */
  readonly all?: {
    readonly name: string;
    readonly value?: string;
    readonly count: number;
    readonly checked?: boolean;
  } | null;
  /** `Button`s with `form`; pressable once something is selected. */
  readonly children: ReactNode;
}

/** What is done with the selected rows of a table, and how many they are. */
export function SelectionBar({ table, form, noun, all, children }: SelectionBarProps) {
  const [one, many] = noun;
  return (
    <div className="selection" data-selection={table} data-one={one} data-many={many}>
      <p className="selection__count" data-selection-count aria-live="polite">
        Select {many}
      </p>
      {all ? (
        <label className="selection__all">
          <input
            type="checkbox"
            name={all.name}
            value={all.value ?? 'yes'}
            form={form}
            defaultChecked={all.checked}
            data-selection-all={all.count}
          />
          <span>
            All {all.count.toLocaleString('en')} {all.count === 1 ? one : many} that match
          </span>
        </label>
      ) : null}
      <div className="button-row selection__buttons">{children}</div>
    </div>
  );
}
