import type { SiteContent } from '../mail.ts';

interface CodeProps {
  readonly content: SiteContent;
  /** What the code is for. */
  readonly label: string;
  readonly code: string;
}

/** Digits to be typed somewhere else: large, apart, and in one piece for whoever copies them. */
export function Code({ content, label, code }: CodeProps) {
  const { ink } = content.palette.light;
  return (
    <div className="ink" style={{ color: ink, paddingTop: '20px' }}>
      {label}
      {/* Digits are read from left to right in every language. */}
      <div
        dir="ltr"
        style={{ fontSize: '26px', fontWeight: 'bold', letterSpacing: '4px', paddingTop: '4px' }}
      >
        {code}
      </div>
    </div>
  );
}
