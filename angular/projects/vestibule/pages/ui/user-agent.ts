import type { Translate } from '../text/texts';

/** Browser and system of a device; `null` stands for one that is not recognised. */
export interface DeviceNames {
  readonly browser: string | null;
  readonly system: string | null;
}

/** Each browser, before those whose name its user agent also contains. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\b(OPR|OPiOS|OPT|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['DuckDuckGo', /\b(DuckDuckGo|Ddg)\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|HeadlessChrome)\//],
  ['Chromium', /\bChromium\//],
  ['Safari', /\bVersion\/.*\bSafari\//],
  ['curl', /^curl\//],
];

/** Each system, before those whose name its user agent also contains. */
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['iPhone', /\b(iPhone|iPod)\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\b(Macintosh|Mac OS X)\b/],
  ['Linux', /\bLinux\b/],
];

/**
 * Returns the names in a user agent. A browser can send any text, so only names from these lists are returned. No version is: browsers
 * freeze the numbers that they send, and an iPad can call itself a Mac.
 */
export function deviceNames(userAgent: string | null): DeviceNames {
  const first = (names: typeof BROWSERS) =>
    names.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0] ?? null;
  return { browser: first(BROWSERS), system: first(SYSTEMS) };
}

/** Returns `Firefox on Windows`. */
export function deviceText(text: Translate, userAgent: string | null | undefined): string {
  const { browser, system } = deviceNames(userAgent ?? null);
  if (browser && system) return text('device.on', browser, system);
  return browser ?? system ?? text('device.unknown');
}
