/** The background of a card in each colour scheme, as in `vestibule.css`. */
const SURFACES = { light: '#ffffff', dark: '#182127' } as const;
/** Dark text on a light colour, and light text on a dark one. */
const INKS = ['#ffffff', '#0b2126'] as const;
/** WCAG 1.4.3: contrast of text. */
const READABLE = 4.5;

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Returns the custom properties of the accent for the colour of an organisation, or `null` if the text is not a colour.
 * The colour becomes darker in the light scheme and lighter in the dark one, until text in it and on it is readable.
 */
export function brandColors(color: string): Readonly<Record<string, string>> | null {
  const brand = parse(color);
  if (!brand) return null;
  const light = accentOn(SURFACES.light, brand);
  const dark = accentOn(SURFACES.dark, brand);
  const both = (of: (accent: Rgb, surface: Rgb) => Rgb) =>
    `light-dark(${format(of(light, hex(SURFACES.light)))}, ${format(of(dark, hex(SURFACES.dark)))})`;
  return {
    '--vestibule-accent': both((accent) => accent),
    '--vestibule-accent-strong': both((accent, surface) => mix(accent, inkOn(surface), 0.25)),
    '--vestibule-accent-background': both((accent, surface) => mix(surface, accent, 0.1)),
    '--vestibule-on-accent': both((accent) => inkOn(accent)),
  };
}

/** Returns the contrast of two colours (WCAG 2.2), between 1 and 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Accepts `#rgb` and `#rrggbb`. */
export function parse(color: string): Rgb | null {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(color);
  const long = short
    ? `#${short
        .slice(1)
        .map((digit) => digit.repeat(2))
        .join('')}`
    : color;
  return /^#[\da-f]{6}$/i.test(long) ? hex(long) : null;
}

function accentOn(surface: string, brand: Rgb): Rgb {
  const ink = inkOn(hex(surface));
  // Links are also on the background of the page and on the accent's own background, which have less contrast.
  for (let part = 0; part < 1; part += 0.02) {
    const accent = mix(brand, ink, part);
    const background = mix(hex(surface), accent, 0.1);
    if (contrast(accent, background) >= READABLE) return accent;
  }
  return ink;
}

function inkOn(color: Rgb): Rgb {
  const [light, dark] = INKS.map(hex) as [Rgb, Rgb];
  return contrast(light, color) >= contrast(dark, color) ? light : dark;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(one: Rgb, other: Rgb, part: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - part) + other[index] * part);
  return [channel(0), channel(1), channel(2)];
}

function hex(text: string): Rgb {
  const value = parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function format(color: Rgb): string {
  return `rgb(${color.join(' ')})`;
}
