import { addressHash, normalizeAddress } from '../../domain/address.ts';
import { Menu, MenuButton, MenuCopy, MenuLine, MenuLink, MenuOff } from '../parts/menu.tsx';
import { type PeopleView, viewPath, viewQuery } from './people-view.ts';
import { type PeopleEvent, type Person, sendsNothing } from './person.ts';
import { accessInformation, mailtoLink, nameOf } from './person-texts.ts';

export interface PersonMenuProps {
  readonly person: Person;
  readonly event: PeopleEvent;
  readonly view: PeopleView;
}

/** What can be done with one person; its buttons send the page's form `row-actions`. */
export function PersonMenu({ person, event, view }: PersonMenuProps) {
  const path = `/team/events/${event.id}/people/${person.id}`;
  const query = viewQuery(view);
  const from = query ? `?${query}` : '';
  const why = sendsNothing(event, person);
  return (
    <Menu name={`Actions for ${nameOf(person)}`}>
      {why ? (
        <MenuOff why={why}>Resend access link</MenuOff>
      ) : (
        <MenuButton form="row-actions" formAction={`${path}/resend`}>
          Resend access link
        </MenuButton>
      )}
      <MenuLink href={mailtoLink(person, event)}>Open in my email app</MenuLink>
      <MenuCopy text={person.accessLink}>Copy access link</MenuCopy>
      <MenuCopy text={accessInformation(person, event)}>Copy access information</MenuCopy>
      <MenuLink href={`${viewPath(event.id, { ...view, person: person.id })}#edit`}>Edit email</MenuLink>
      <MenuLine />
      {person.cancelledAt ? (
        <MenuButton form="row-actions" formAction={`${path}/restore`}>
          Restore registration
        </MenuButton>
      ) : (
        <MenuButton form="row-actions" formAction={`${path}/cancel`}>
          Cancel registration
        </MenuButton>
      )}
      <MenuLink href={`${path}/rotate-key${from}`}>Reset access link…</MenuLink>
      <MenuLink href={`/team/data/${addressHash(normalizeAddress(person.email) ?? person.email)}`}>
        All data of this person
      </MenuLink>
      <MenuLink href={`${path}/remove${from}`} tone="danger">
        Remove…
      </MenuLink>
    </Menu>
  );
}
