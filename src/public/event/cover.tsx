import { PICTURE_SIZE } from '../../domain/picture.ts';
import type { EventView } from './event-view.ts';

export interface CoverProps {
  readonly view: EventView;
  /** `large`: all of it, where it is what the page shows first; `band`: less of its height. */
  readonly shape: 'large' | 'band';
}

/**
 * The event's cover, if it has one: without colour once the event is over or cancelled. It says nothing that the page does not say,
 * so it has no alternative text; its place is kept, and has the event's colour, before it is there and where it is broken.
 */
export function Cover({ view, shape }: CoverProps) {
  if (!view.coverUrl) return null;
  const isPast = view.phase === 'ended' || view.phase === 'cancelled';
  return (
    <div className={`cover cover--${shape}${isPast ? ' cover--past' : ''}`}>
      <img src={view.coverUrl} alt="" {...PICTURE_SIZE.cover} fetchPriority="high" />
    </div>
  );
}
