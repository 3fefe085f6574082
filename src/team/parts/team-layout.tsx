import type { ReactNode } from 'react';
import { type AssetName, assetPath } from '../../ui/assets.ts';
import { Mark } from '../../ui/mark.tsx';
import { EventActions, type EventHead, PublicLink, RegisteredCount, SendingPaused } from './event-head.tsx';
import { Menu, MenuForm, MenuHead, MenuLink } from './menu.tsx';
import { KeysDialog, Palette } from './palette.tsx';
import { PaneFrame } from './pane.tsx';
import { ZoneNote } from './time.tsx';
import { Toast } from './toast.tsx';

export interface SignedInMember {
  readonly email: string;
  readonly role: 'admin' | 'member';
}

export type TeamSection =
  | 'events'
  | 'audit'
  | 'members'
  | 'api_keys'
  | 'blocks'
  | 'senders'
  | 'webhooks'
  | 'account';
export type EventTab = 'overview' | 'people' | 'mails' | 'exports' | 'settings';

export interface TeamEvent {
  readonly id: string;
  /** The end of its public address. */
  readonly slug: string;
  readonly title: string;
  /** BCP 47: of its title, as far as is known. */
  readonly locale: string;
  readonly isCancelled: boolean;
  readonly isOver: boolean;
  /** Its mails to many wait until somebody resumes them on its Mails page. */
  readonly isPaused: boolean;
  /** `Fri 15 Jan 2027, 18:00–19:00, Central European Standard Time` */
  readonly whenText: string;
  readonly tab: EventTab;
}

/** What is wrong with the sending of mail right now; on every page until it is not. */
export interface TeamBanner {
  readonly tone: 'warning' | 'danger';
  readonly text: string;
  readonly link?: { readonly href: string; readonly label: string };
  /** What follows the link. */
  readonly rest?: string;
}

/** What came of the last action. */
export interface TeamNotice {
  readonly tone: 'success' | 'info' | 'danger';
  readonly text: string;
  readonly link?: { readonly href: string; readonly label: string };
  /** Takes the action back, as long as it can be: a POST to `action`. */
  readonly undo?: { readonly action: string; readonly hidden: Readonly<Record<string, string>> };
}

/** What every team page knows of whoever looks at it, whatever the page is about. */
export interface TeamFrame {
  /** Null on the pages around signing in: no navigation then. */
  readonly member: SignedInMember | null;
  readonly banner: TeamBanner | null;
  readonly notice: TeamNotice | null;
  /** Of the event that the page's address names. */
  readonly eventHead?: EventHead | null;
}

export interface TeamLayoutProps extends TeamFrame {
  /** The window's title; the page's heading too, unless the page is an event's. */
  readonly title: string;
  readonly section: TeamSection | null;
  /** Makes it a page of this event: its title is the heading, its tabs beneath. */
  readonly event: TeamEvent | null;
  /** A sentence under the heading. */
  readonly lead?: ReactNode;
  /** Buttons at the end of the heading's line. */
  readonly actions?: ReactNode;
  /** A `Pane`, beside the main part; on phones instead of it. Null where the page can have one, and has none now. */
  readonly pane?: ReactNode;
  /** `narrow`: forms and prose; `wide` (usual): tables; `door`: one small card, before signing in. */
  readonly width?: 'door' | 'narrow' | 'wide';
  /** Scripts beside the one that every team page has. */
  readonly scripts?: readonly AssetName[];
  /** Seconds after which the page loads again where there is no script: for pages with a `LiveRegion`. */
  readonly refreshSeconds?: number | null;
  readonly head?: ReactNode;
  /** False: the page is the palette itself. */
  readonly palette?: boolean;
  readonly children: ReactNode;
}

const TABS: Readonly<Record<EventTab, string>> = {
  overview: 'Overview',
  people: 'People',
  mails: 'Mails',
  exports: 'Exports',
  settings: 'Settings',
};

/** The document around every team page. It writes the page's one `h1`: what is inside begins at `h2`. */
export function TeamLayout({ title, member, section, event, banner, notice, ...rest }: TeamLayoutProps) {
  const { width = 'wide', scripts = [], refreshSeconds = null, eventHead: head } = rest;
  // A page with a script of its own is loaded and left as a whole; so are those around signing in.
  const isWhole = scripts.length > 0 || !member;
  const windowTitle = [title, ...(event && event.title !== title ? [event.title] : []), 'access-mail'];
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{windowTitle.join(' · ')}</title>
        <meta name="turbo-root" content="/team" />
        <meta name="turbo-prefetch" content="false" />
        <meta name="turbo-cache-control" content="no-preview" />
        <meta name="turbo-refresh-method" content="morph" />
        <meta name="turbo-refresh-scroll" content="preserve" />
        {isWhole ? <meta name="turbo-visit-control" content="reload" /> : null}
        {refreshSeconds === null ? null : (
          <noscript>
            <meta httpEquiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        {rest.head}
        <link rel="icon" href={assetPath('favicon.svg')} type="image/svg+xml" />
        <link
          rel="preload"
          href={assetPath('inter-latin.woff2')}
          as="font"
          type="font/woff2"
          crossOrigin="anonymous"
        />
        <link rel="stylesheet" href={assetPath('team.css')} data-turbo-track="reload" />
        {(['turbo.js', 'team.js', 'time.js'] as const).map((name) => (
          <script key={name} type="module" src={assetPath(name)} data-turbo-track="reload" />
        ))}
        {scripts.map((name) => (
          <script key={name} type="module" src={assetPath(name)} />
        ))}
      </head>
      <body className="team" data-turbo={isWhole ? 'false' : undefined}>
        <a className="skip-link" href="#main">
          Skip to the content
        </a>
        <TopBar member={member} section={section} />
        {banner ? <Banner {...banner} /> : null}
        <div className="team__columns">
          <main id="main" className={`team__main team__main--${width}`} tabIndex={-1}>
            <header className="page-head">
              <div className="page-head__row">
                <h1 dir={event ? 'auto' : undefined} lang={event?.locale}>
                  {event ? event.title : title}
                </h1>
                {event?.isCancelled ? <span className="tag tag--bad">Cancelled</span> : null}
                {event?.isOver ? <span className="tag">Ended</span> : null}
                {event?.isPaused ? <SendingPaused event={event} /> : null}
              </div>
              {event ? (
                <p className="page-head__when">
                  {event.whenText}
                  {head ? <RegisteredCount event={event} head={head} /> : null}
                </p>
              ) : null}
              {event && head ? <PublicLink event={event} head={head} /> : null}
              {rest.actions || (event && head) ? (
                <div className="page-head__actions">
                  {rest.actions}
                  {event && head ? <EventActions event={event} /> : null}
                </div>
              ) : null}
              {rest.lead ? <p className="page-head__lead">{rest.lead}</p> : null}
              {event ? <Tabs event={event} /> : null}
            </header>
            {rest.children}
            {member ? <ZoneNote elsewise={event ? 'the event’s time zone' : 'UTC'} /> : null}
          </main>
          {rest.pane === undefined ? null : <PaneFrame>{rest.pane}</PaneFrame>}
        </div>
        {member && rest.palette !== false ? <Palette eventId={event?.id ?? null} /> : null}
        {member ? <KeysDialog /> : null}
        <div className="toasts" role="status">
          {notice ? <Toast {...notice} /> : null}
        </div>
        <p className="visually-hidden" role="status" data-announcer />
      </body>
    </html>
  );
}

function TopBar({ member, section }: Pick<TeamLayoutProps, 'member' | 'section'>) {
  const sections: readonly (readonly [TeamSection, string, string])[] = [
    ['events', 'Events', '/team/events'],
    ['audit', 'Audit log', '/team/audit'],
    ['senders', 'Senders', '/team/senders'],
    ...(member?.role === 'admin'
      ? ([
          ['members', 'Team', '/team/members'],
          ['api_keys', 'API keys', '/team/api-keys'],
          ['blocks', 'Blocks', '/team/blocks'],
          ['webhooks', 'Webhooks', '/team/webhooks'],
        ] as const)
      : []),
  ];
  return (
    <header className="top-bar">
      <a className="top-bar__name" href={member ? '/team/events' : '/team/sign-in'}>
        <Mark />
        access-mail
      </a>
      {member ? (
        <>
          <nav className="top-bar__nav" aria-label="Team">
            <ul>
              {sections.map(([name, label, href]) => (
                <li key={name}>
                  <a href={href} aria-current={name === section ? 'page' : undefined}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className="top-bar__end">
            <a
              className="top-bar__search"
              href="/team/search"
              data-opens="palette"
              aria-keyshortcuts="Control+K Meta+K"
            >
              Search <kbd>⌘K</kbd>
            </a>
            {/* On phones, instead of the list above. */}
            <nav className="top-bar__menu" aria-label="Menu">
              <Menu name="Menu" icon="menu">
                {sections.map(([name, label, href]) => (
                  <MenuLink key={name} href={href} current={name === section}>
                    {label}
                  </MenuLink>
                ))}
              </Menu>
            </nav>
            <div className="top-bar__account">
              <Menu
                name={`Account of ${member.email}`}
                label={
                  <>
                    <span className="avatar" data-letter={Array.from(member.email)[0]} />
                    <span className="top-bar__address">{member.email}</span>
                  </>
                }
              >
                <MenuHead>{member.email}</MenuHead>
                <MenuLink href="/team/account" icon="user">
                  Account
                </MenuLink>
                <MenuForm action="/team/sign-out" icon="log-out">
                  Sign out
                </MenuForm>
              </Menu>
            </div>
          </div>
        </>
      ) : null}
    </header>
  );
}

function Banner({ tone, text, link, rest }: TeamBanner) {
  return (
    <div className={`banner banner--${tone}`} role="status">
      <p>
        {text}
        {link ? (
          <>
            {' '}
            <a href={link.href}>
              <bdi>{link.label}</bdi>
            </a>
          </>
        ) : null}
        {rest}
      </p>
    </div>
  );
}

function Tabs({ event }: { readonly event: TeamEvent }) {
  return (
    <nav className="tabs" aria-label="Event">
      <ul>
        {(Object.keys(TABS) as EventTab[]).map((tab) => (
          <li key={tab}>
            <a href={`/team/events/${event.id}/${tab}`} aria-current={tab === event.tab ? 'page' : undefined}>
              {TABS[tab]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
