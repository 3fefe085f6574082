/** How mails and pages are looked at: on a phone and on a desk, by day and by night. */
export const LOOKS = ['phone-light', 'phone-dark', 'desk-light', 'desk-dark'] as const;
export type Look = (typeof LOOKS)[number];

export const DEVICES = ['phone', 'desk'] as const;
export type Device = (typeof DEVICES)[number];
export const SCHEMES = ['light', 'dark'] as const;

/** In pixels: a mail stands in a window, a page fills one. */
export const WIDTHS = {
  mail: { phone: 320, desk: 640 },
  page: { phone: 375, desk: 1440 },
} as const satisfies Record<string, Readonly<Record<Device, number>>>;

export function deviceOf(look: Look): Device {
  return look.startsWith('phone') ? 'phone' : 'desk';
}

export function pictureName(key: string, look: Look): string {
  return `${key}.${look}.png`;
}

/** The folder of a sheet's pictures. */
export const PICTURES = 'pictures';
