/** What the form offers beside a colour of one's own. */
export const EVENT_COLORS = [
  { name: 'Blue', color: '#1f4fd8' },
  { name: 'Teal', color: '#0f766e' },
  { name: 'Green', color: '#15803d' },
  { name: 'Amber', color: '#b45309' },
  { name: 'Red', color: '#be123c' },
  { name: 'Pink', color: '#a21caf' },
  { name: 'Purple', color: '#6d28d9' },
  { name: 'Slate', color: '#334155' },
] as const;
