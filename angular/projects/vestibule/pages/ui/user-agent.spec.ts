import { TestBed } from '@angular/core/testing';
import { TEXT } from '../text/text-loader';
import { deviceNames, deviceText } from './user-agent';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)';
const IPAD = 'Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X)';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const MOBILE_WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('the names of a device', () => {
  it.each([
    [`${WINDOWS} ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
    [`${WINDOWS} ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge', 'Windows'],
    [`${WINDOWS} ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 OPR/126.0.0.0`, 'Opera', 'Windows'],
    [`${LINUX} ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Vivaldi/7.6.3797.58`, 'Vivaldi', 'Linux'],
    [`${LINUX.replace('64)', '64; rv:145.0)')} Gecko/20100101 Firefox/145.0`, 'Firefox', 'Linux'],
    [`${MAC} ${MOBILE_WEBKIT} Version/26.1 Safari/605.1.15`, 'Safari', 'macOS'],
    [`${IPHONE} ${MOBILE_WEBKIT} Version/26.1 Mobile/15E148 Safari/604.1`, 'Safari', 'iPhone'],
    [`${IPAD} ${MOBILE_WEBKIT} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome', 'iPad'],
    [`${IPHONE} ${MOBILE_WEBKIT} FxiOS/145.0 Mobile/15E148 Safari/604.1`, 'Firefox', 'iPhone'],
    [`${IPHONE} ${MOBILE_WEBKIT} Version/18 EdgiOS/142.0 Safari/604.1`, 'Edge', 'iPhone'],
    [`${ANDROID} ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
    [
      `${ANDROID} ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet',
      'Android',
    ],
    ['Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', 'Firefox', 'Android'],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
      'Chrome',
      'ChromeOS',
    ],
    [`${LINUX} ${WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36`, 'Chrome', 'Linux'],
    ['curl/8.16.0', 'curl', null],
    ['<b>Bank support</b>', null, null],
    ['', null, null],
    [null, null, null],
  ])('of %s', (userAgent, browser, system) => {
    expect(deviceNames(userAgent)).toEqual({ browser, system });
  });

  it('make a text without anything that the browser wrote itself', () => {
    const text = TestBed.inject(TEXT);
    const of = (userAgent: string | null) => deviceText(text, userAgent);
    expect(of(`${MAC} Version/26 Safari/605`)).toBe('Safari on macOS');
    expect(of('curl/8.16.0')).toBe('curl');
    expect(of('Call 555-0100 to unlock')).toBe('Unknown device');
    expect(of(null)).toBe('Unknown device');
  });
});
