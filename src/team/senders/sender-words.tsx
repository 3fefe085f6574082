import type { SenderState, Verdict } from '../../domain/sender-domain.ts';
import { Tag } from '../parts/status-badge.tsx';

type Tone = 'good' | 'warning' | 'bad' | undefined;

const STATES: Readonly<Record<SenderState, { readonly word: string; readonly tone: Tone }>> = {
  verified: { word: 'Verified', tone: 'good' },
  failing: { word: 'Verified, checks fail', tone: 'warning' },
  lost: { word: 'No longer verified', tone: 'bad' },
  unverified: { word: 'Not verified yet', tone: 'warning' },
};

const VERDICTS: Readonly<Record<Verdict, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'In order', tone: 'good' },
  warning: { word: 'Improve', tone: 'warning' },
  fail: { word: 'Not in order', tone: 'bad' },
  unknown: { word: 'Not known', tone: undefined },
};

export function StateTag({ state }: { readonly state: SenderState }) {
  const { word, tone } = STATES[state];
  return <Tag {...(tone && { tone })}>{word}</Tag>;
}

export function VerdictTag({ verdict }: { readonly verdict: Verdict }) {
  const { word, tone } = VERDICTS[verdict];
  return <Tag {...(tone && { tone })}>{word}</Tag>;
}
