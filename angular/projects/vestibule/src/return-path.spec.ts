import { returnPath } from './return-path';

describe('the return path', () => {
  it.each([
    '/',
    '/account',
    '/a/b?c=d&e=%20f',
    '/a#part',
    '/caf%C3%A9',
    '/a;b=c',
    '/x?u=https://corp.example',
  ])('takes the path %j of this origin', (path) => expect(returnPath(path)).toBe(path));

  it.each([
    ['nothing', ''],
    ['another origin', 'https://evil.example/'],
    ['a scheme', 'javascript:alert(1)'],
    ['a relative path', 'account'],
    ['a leading blank', ' /account'],
    ['a host without a scheme', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash as the second slash', '/\\evil.example'],
    ['a backslash anywhere', '/a\\b'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a line break', '/a\nb'],
    ['a carriage return', '/a\rb'],
    ['a null', '/a\u0000b'],
    ['delete', '/a\u007fb'],
    ['an encoded second slash', '/%2Fevil.example'],
    ['an encoded backslash', '/%5Cevil.example'],
    ['an encoded tab', '/%09/evil.example'],
    ['an encoded line break', '/a%0d%0aSet-Cookie:x'],
    ['an encoding that is none', '/%'],
    ['bytes that are no text', '/%ff'],
  ])('refuses %s', (_name, path) => expect(returnPath(path)).toBeNull());

  it.each([null, undefined, 1, ['/a'], {}])('refuses %j, which is no text', (value) =>
    expect(returnPath(value)).toBeNull(),
  );
});
