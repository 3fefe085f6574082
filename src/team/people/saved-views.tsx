import type { SavedView } from '../../db/saved-view.ts';
import { activeParts, isSameFilter } from '../../domain/registrant-filter.ts';
import { LONGEST_VIEW_NAME, savable } from '../../domain/saved-view.ts';
import { Button, ButtonRow, HiddenFields } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Menu, MenuLink } from '../parts/menu.tsx';
import { Popover } from '../parts/popover.tsx';
import { Segments } from '../parts/segments.tsx';
import { filteredBy, type PeopleView, viewPath, viewQuery } from './people-view.ts';

/** So many stand side by side; the others are in a menu. */
const MOST_TABS = 5;

/** The name that was given and cannot be used; `id`: of the view that was to be renamed, null: it was to be a new one. */
export interface RefusedView {
  readonly id: string | null;
  readonly name: string;
  readonly error: string;
}

export interface SavedViewsProps {
  readonly event: { readonly id: string };
  readonly view: PeopleView;
  readonly views: readonly SavedView[];
  readonly refused: RefusedView | null;
}

/** The filters that the team keeps, beside the whole list; and what is shown can be kept. Nothing where there is nothing of either. */
export function SavedViews({ event, view, views, refused }: SavedViewsProps) {
  const shown = savable(view.filter);
  const current = views.find(({ filter }) => isSameFilter(filter, shown)) ?? null;
  const canBeSaved = current === null && activeParts(shown).length > 0;
  if (views.length === 0 && !canBeSaved && !refused) return null;
  // The one that is shown is always in sight.
  const tabs = views.filter((one, i) => i < MOST_TABS || one === current);
  const others = views.filter((one) => !tabs.includes(one));
  const path = `/team/events/${event.id}/views`;
  const back = viewQuery({ ...view, person: null, cursor: null });
  const href = ({ filter }: Pick<SavedView, 'filter'>) => viewPath(event.id, filteredBy(view, filter));
  return (
    <div className="saved-views">
      {views.length > 0 ? (
        <Segments
          label="Saved views"
          items={[
            { label: 'All', href: href({ filter: {} }), current: activeParts(shown).length === 0 },
            ...tabs.map((one) => ({ label: one.name, href: href(one), current: one === current })),
          ]}
        />
      ) : null}
      {others.length > 0 ? (
        <Menu name="More saved views" label="More" isButton>
          {others.map((one) => (
            <MenuLink key={one.id} href={href(one)}>
              {one.name}
            </MenuLink>
          ))}
        </Menu>
      ) : null}
      {current ? (
        <Popover label="Edit view" icon="pencil" open={refused?.id === current.id}>
          <form className="saved-views__form" method="post" action={`${path}/${current.id}`}>
            <HiddenFields values={{ back }} />
            <TextField
              name="name"
              id="view-name"
              label="Name"
              value={refused?.name ?? current.name}
              error={refused?.error}
              maxLength={LONGEST_VIEW_NAME}
              dir="auto"
            />
            <ButtonRow>
              <Button tone="primary">Rename</Button>
              <Button tone="danger" formAction={`${path}/${current.id}/delete`} formNoValidate>
                Delete view
              </Button>
            </ButtonRow>
          </form>
        </Popover>
      ) : null}
      {canBeSaved ? (
        <Popover label="Save view" icon="bookmark" open={refused !== null}>
          <form className="saved-views__form" method="post" action={path}>
            <HiddenFields values={{ back }} />
            <TextField
              name="name"
              id="view-name"
              label="Name"
              hint="Everybody on the team sees it, for this event. The search is not saved."
              value={refused?.name}
              error={refused?.error}
              maxLength={LONGEST_VIEW_NAME}
              dir="auto"
            />
            <ButtonRow>
              <Button tone="primary">Save view</Button>
            </ButtonRow>
          </form>
        </Popover>
      ) : null}
    </div>
  );
}
