import type { ReactNode } from 'react';
import { TeamLayout, type TeamNotice } from './team-layout.tsx';

export interface DoorLayoutProps {
  readonly title: string;
  readonly lead?: string;
  readonly notice?: TeamNotice | null;
  readonly children: ReactNode;
}

/** The document around the pages before one is signed in: nothing but what one came for. */
export function DoorLayout({ notice = null, children, ...head }: DoorLayoutProps) {
  return (
    <TeamLayout
      {...head}
      member={null}
      section={null}
      event={null}
      banner={null}
      notice={notice}
      width="door"
    >
      {children}
    </TeamLayout>
  );
}
