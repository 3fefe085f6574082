const HEX = /^#[0-9a-f]{6}$/i;

/** Whether `value` is `#rrggbb`, the one form that every mail client reads. */
export function isColor(value: string): boolean {
  return HEX.test(value);
}

/**
 * The contrast ratio of two `#rrggbb` colours, 1 to 21, as WCAG 2.2 defines it
 * (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Text needs 4.5.
 */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on `background`. One of them always reaches 4.5; no softer ink does. */
export function textOn(background: string): string {
  return contrast('#000000', background) > contrast('#ffffff', background) ? '#000000' : '#ffffff';
}

/**
 * The shade nearest to `color` that reaches `ratio` on `background`: darkened on a light ground, lightened on
 * a dark one, so that a brand's pale yellow is still a legible link.
 */
export function legible(color: string, background: string, ratio = 4.5): string {
  const towards = textOn(background);
  for (let step = 0; step < 50; step++) {
    const shade = mix(color, towards, step / 50);
    if (contrast(shade, background) >= ratio) return shade;
  }
  return towards;
}

function channels(color: string): [number, number, number] {
  if (!isColor(color)) throw new TypeError(`A colour is written #rrggbb, not ${JSON.stringify(color)}.`);
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(from: string, to: string, share: number): string {
  const target = channels(to);
  const mixed = channels(from).map((channel, index) =>
    Math.round(channel + ((target[index] ?? channel) - channel) * share),
  );
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
