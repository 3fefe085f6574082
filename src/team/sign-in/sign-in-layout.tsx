import type { ReactNode } from 'react';
import { TeamLayout, type TeamNotice } from '../parts/team-layout.tsx';

export interface SignInLayoutProps {
  readonly title: string;
  readonly lead?: string;
  readonly notice?: TeamNotice | null;
  readonly children: ReactNode;
}

/** The document around the pages before one is signed in: nothing but what one came for. */
export function SignInLayout({ notice = null, children, ...head }: SignInLayoutProps) {
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
