import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Button, HiddenFields } from './button.tsx';

export interface FilterChip {
  readonly value: string;
  readonly label: string;
  readonly checked: boolean;
  /** How many it would show. */
  readonly count?: number;
}

export interface FilterBarProps {
  readonly action: string;
  /** What is searched: "Search people"; "/" goes there. Null: only filters. */
  readonly search: {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly placeholder?: string;
  } | null;
  readonly chips?: {
    readonly name: string;
    readonly legend: string;
    readonly options: readonly FilterChip[];
  } | null;
  /** What the address carries besides: the sorting, the columns. */
  readonly hidden?: Readonly<Record<string, string | readonly string[]>>;
  /** The page without any filter; null where none is set. */
  readonly clearHref: string | null;
  /** Further fields, between the search and its button. */
  readonly children?: ReactNode;
  /** Buttons that belong to the list and not to the filter: columns, export. */
  readonly aside?: ReactNode;
}

/** Search and filters of a list: a form that changes the address and nothing else. */
export function FilterBar({ action, search, chips, hidden = {}, clearHref, ...rest }: FilterBarProps) {
  return (
    <div className="filter-bar">
      <search className="filter-bar__search">
        <form className="filter-bar__form" method="get" action={action} data-turbo-action="replace">
          <HiddenFields values={hidden} />
          <div className="filter-bar__row">
            {search ? (
              <div className="filter-bar__field">
                <label className="visually-hidden" htmlFor={`filter-${search.name}`}>
                  {search.label}
                </label>
                <Icon name="search" />
                <input
                  className="input"
                  type="search"
                  id={`filter-${search.name}`}
                  name={search.name}
                  defaultValue={search.value}
                  placeholder={search.placeholder ?? search.label}
                  maxLength={200}
                  autoComplete="off"
                  dir="auto"
                  data-search
                  data-searches
                  aria-keyshortcuts="/"
                />
              </div>
            ) : null}
            {rest.children}
            <Button>{search ? 'Search' : 'Show'}</Button>
            {clearHref ? (
              <a className="filter-bar__clear" href={clearHref}>
                Clear
              </a>
            ) : null}
          </div>
          {chips && chips.options.length > 0 ? (
            <fieldset className="chips">
              <legend className="visually-hidden">{chips.legend}, shown as soon as one is chosen</legend>
              {chips.options.map((chip) => (
                <Chip key={chip.value} name={chips.name} {...chip} />
              ))}
            </fieldset>
          ) : null}
        </form>
      </search>
      {rest.aside ? <div className="filter-bar__aside">{rest.aside}</div> : null}
    </div>
  );
}

function Chip({ name, value, label, checked, count }: FilterChip & { readonly name: string }) {
  return (
    <label className="chip">
      <input
        type="checkbox"
        id={`filter-${name}-${value}`}
        name={name}
        value={value}
        defaultChecked={checked}
        data-submits
      />
      <span>{label}</span>
      {count === undefined ? null : <span className="chip__count">{count.toLocaleString('en')}</span>}
    </label>
  );
}
