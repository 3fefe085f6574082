export interface Segment {
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
  readonly count?: number;
}

/** Views of one list side by side, one of them shown; each a link. */
export function Segments({ label, items }: { readonly label: string; readonly items: readonly Segment[] }) {
  return (
    <nav className="segments" aria-label={label}>
      <ul>
        {items.map(({ label: words, href, current, count }) => (
          <li key={href}>
            <a href={href} aria-current={current ? 'page' : undefined}>
              {words}
              {count === undefined ? null : (
                <>
                  {' '}
                  <span className="segments__count">{count.toLocaleString('en')}</span>
                </>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
