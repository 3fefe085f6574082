import type { SiteContent } from '../mail.ts';

/** The event's logo; an event without one is named by the heading below. */
export function Logo({ content: { logoUrl, name, palette } }: { readonly content: SiteContent }) {
  if (!logoUrl) return null;
  return (
    <div style={{ paddingBottom: '24px' }}>
      <img
        src={logoUrl}
        alt={name}
        height="40"
        className="ink"
        // The text styles are for the alternative text, which is what most people see first.
        style={{ color: palette.light.ink, fontWeight: 'bold', height: '40px', maxWidth: '100%' }}
      />
    </div>
  );
}
