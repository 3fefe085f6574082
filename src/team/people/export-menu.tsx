import { EXPORT_FRAME } from '../exports/export-dialog.tsx';
import { Menu, MenuButton } from '../parts/menu.tsx';

export interface ExportMenuProps {
  readonly eventId: string;
  /** How many people the list's filter shows; null: more than are counted; absent: no filter is set. */
  readonly filtered?: number | null;
  /** The id of the table whose selected rows can be exported; absent: no row is shown. */
  readonly table?: string;
}

/**
 * Exports everybody, those of the filter or those selected. Its buttons send the page's form `selection`: without script to the
 * Exports page, with it into the dialog.
 */
export function ExportMenu({ eventId, filtered, table }: ExportMenuProps) {
  const button = {
    ...{ form: 'selection', formMethod: 'get' as const, formAction: `/team/events/${eventId}/exports` },
    ...{ name: 'export', frame: EXPORT_FRAME },
  };
  return (
    <Menu name="Export people" label="Export" icon="download" isButton>
      <MenuButton {...button} value="all">
        All registrants
      </MenuButton>
      {filtered === undefined ? null : (
        <MenuButton {...button} value="filter">
          Current filter{filtered === null ? '' : ` (${filtered.toLocaleString('en')})`}
        </MenuButton>
      )}
      {table ? (
        <MenuButton {...button} value="selection" selectedIn={table}>
          Selection
        </MenuButton>
      ) : null}
    </Menu>
  );
}
