import type { TeamNotice } from './parts/team-layout.tsx';

// What came of an action is said on the page that follows it: its address names one of these (`?notice=signed_out`),
// so nobody can make a page of ours say anything else.

const success = (text: string): TeamNotice => ({ tone: 'success', text });

const NOTICES = {
  signed_out: success('You are signed out.'),
} satisfies Readonly<Record<string, TeamNotice>>;

export type NoticeName = keyof typeof NOTICES;

export function findNotice(name: string | undefined): TeamNotice | null {
  return name && Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null;
}
