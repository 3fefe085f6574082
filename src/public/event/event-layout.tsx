import type { ReactNode } from 'react';
import type { AssetName } from '../../ui/assets.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Layout } from '../../ui/layout.tsx';
import { Cover, type CoverProps } from './cover.tsx';
import type { EventView } from './event-view.ts';

export interface EventLayoutProps {
  readonly view: EventView;
  /** What this page is about, before the event's title in the window's title; absent: the event alone. */
  readonly about?: string;
  readonly width?: 'narrow' | 'wide';
  readonly scripts?: readonly AssetName[];
  readonly styles?: readonly AssetName[];
  readonly head?: ReactNode;
  readonly indexed?: boolean;
  readonly footer?: ReactNode;
  /** How its cover stands above what the page says; `own`: the page says where. */
  readonly cover?: CoverProps['shape'] | 'own';
  readonly children: ReactNode;
}

/** A page of one event: its colour and its logo around what the page says. */
export function EventLayout({ view, about, cover = 'band', children, ...layout }: EventLayoutProps) {
  return (
    <Layout
      {...layout}
      language={view.language}
      color={view.color}
      title={about ? `${about} · ${view.title}` : view.title}
      masthead={view.logoUrl ? <Logo url={view.logoUrl} view={view} /> : null}
    >
      {cover === 'own' ? null : <Cover view={view} shape={cover} />}
      {children}
    </Layout>
  );
}

function Logo({ url, view }: { readonly url: string; readonly view: EventView }) {
  const name = view.hostName ? copyFor(view.language).logoOf(view.hostName) : null;
  // A browser shows the icon of a broken picture for one with an alternative text: so its name stands around it.
  const picture = <img className="masthead__logo" src={url} alt="" />;
  return (
    <header className="masthead">
      {name ? (
        <span role="img" aria-label={name}>
          {picture}
        </span>
      ) : (
        picture
      )}
    </header>
  );
}
