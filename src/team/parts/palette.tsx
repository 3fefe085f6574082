export interface SearchFormProps {
  readonly q: string;
  /** The event that the search is begun on. */
  readonly eventId: string | null;
  readonly autoFocus?: boolean;
}

/** Looks for events, people and actions. Its answer is put into the frame `search-results`. */
export function SearchForm({ q, eventId, autoFocus = false }: SearchFormProps) {
  return (
    <search>
      <form className="palette__form" method="get" action="/team/search" data-turbo-frame="search-results">
        {eventId ? <input type="hidden" name="event" value={eventId} /> : null}
        <input
          className="input palette__input"
          type="search"
          name="q"
          defaultValue={q}
          maxLength={200}
          placeholder="Search events, people and pages"
          aria-label="Search events, people and pages"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the page, like the dialog, is this field
          autoFocus={autoFocus}
          data-searches
          data-palette-input
        />
      </form>
    </search>
  );
}

/** The same over any page: Ctrl or ⌘ and K open it. */
export function Palette({ eventId }: { readonly eventId: string | null }) {
  return (
    <dialog className="palette" id="palette" aria-label="Search">
      <SearchForm q="" eventId={eventId} />
      <turbo-frame id="search-results" target="_top" />
    </dialog>
  );
}

const KEYS = [
  ['⌘K, Ctrl+K', 'Search events, people and pages'],
  ['/', 'Search in this list'],
  ['J, K, ↓, ↑', 'Next or previous row'],
  ['Esc', 'Close what is open'],
  ['?', 'Show these keys'],
] as const;

export function KeysDialog() {
  return (
    <dialog className="palette keys" id="shortcuts" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">Keyboard shortcuts</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{what}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" className="button button--quiet">
          Close
        </button>
      </form>
    </dialog>
  );
}
