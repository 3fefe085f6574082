import { shownAddress } from '../../domain/address.ts';
import { Marked } from './marked.tsx';

export interface PersonNameProps {
  /** Null or empty: the address stands in its place. */
  readonly name: string | null;
  readonly email: string | null;
  /** Makes the name a link. */
  readonly href?: string;
  /** The frame that the link's page is loaded into, by its id, and the whole row with it. */
  readonly frame?: string;
  /** What was searched for: it is marked. */
  readonly q?: string;
  /** Cuts what is long at one line, whole on hover; otherwise it wraps. */
  readonly clip?: boolean;
  /** The address under the name. */
  readonly withEmail?: boolean;
}

/** What a person is called, in whatever script. */
export function PersonName({ name, email: address, href, frame, ...rest }: PersonNameProps) {
  const { clip = false, withEmail = false, q = '' } = rest;
  const email = address && shownAddress(address);
  const shown = name?.trim() || email || 'Removed person';
  const text = (
    <bdi className={clip ? 'person__name clip' : 'person__name'} dir="auto" title={clip ? shown : undefined}>
      <Marked text={shown} q={q} />
    </bdi>
  );
  return (
    <span className="person">
      {href ? (
        <a
          className="person__link"
          href={href}
          data-row-link={frame ? '' : undefined}
          data-turbo-frame={frame}
          data-turbo-action={frame ? 'advance' : undefined}
        >
          {text}
        </a>
      ) : (
        text
      )}
      {withEmail && email && email !== shown ? (
        <span
          className={clip ? 'person__email clip' : 'person__email'}
          dir="ltr"
          title={clip ? email : undefined}
        >
          <Marked text={email} q={q} />
        </span>
      ) : null}
    </span>
  );
}
