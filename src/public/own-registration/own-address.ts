import { registrationLink } from '../../domain/access-link.ts';
import type { Event } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { pathOf } from '../room/personal-link.tsx';

/** What was done before the page is shown: it says so. */
export const DONE = ['saved', 'cancelled', 'restored', 'mailed', 'withdrawn'] as const;
export type Done = (typeof DONE)[number];

/** What the address of one's registration says beside who it is. Whatever is none of ours is passed over. */
export interface OwnAddress {
  /** From a link that was mailed: it opens the page where the key alone does not. */
  readonly token: string | null;
  /** Whether it is to ask if the registration is to be cancelled. */
  readonly asksToCancel: boolean;
  readonly done: Done | null;
}

/** Reads what follows the path, as it came: mail programs leave their encodings in it. */
export function readOwnAddress(tail: string): OwnAddress {
  const values = (name: string) =>
    new RegExp(`(?:[?&;]|%26|%3f)${name}(?:=|%3d)(?:3D)?([A-Za-z0-9_-]+)`, 'i').exec(tail)?.[1] ?? null;
  const done = values('done');
  return {
    token: values('token'),
    asksToCancel: values('do') === 'cancel',
    done: DONE.find((known) => known === done) ?? null,
  };
}

/** Where the registrant's own page is, without its origin. */
export function ownPath(
  publicUrl: string,
  event: Event,
  registrant: Registrant,
  { token, done = null }: { readonly token: string | null; readonly done?: Done | null },
): string {
  const path = pathOf(registrationLink(publicUrl, event, registrant));
  return `${path}${token ? `&token=${encodeURIComponent(token)}` : ''}${done ? `&done=${done}` : ''}`;
}
