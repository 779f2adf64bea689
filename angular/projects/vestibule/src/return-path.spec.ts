import { returnPath } from './return-path';

/** The same table as the server's, in `return_path.rs`. */
describe('the return path', () => {
  it.each([
    '/',
    '/dashboard',
    '/a/b?c=d&e=%20f#g',
    '/caf%C3%A9',
    '/café',
    '/a;b=c',
    '/a//b',
    '/?x=//y',
    '/x?u=https://corp.example',
    '/logins',
    '/a/login',
    '/?next=/login',
    `/${'a'.repeat(2047)}`,
    `/${'é'.repeat(1023)}`,
  ])('takes the path %j of this origin', (path) => expect(returnPath(path)).toBe(path));

  it.each([
    ['nothing', ''],
    ['a relative path', 'dashboard'],
    ['another origin', 'https://evil.example'],
    ['a host without a scheme', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash as the second slash', '/\\evil.example'],
    ['a backslash as the first slash', '\\/evil.example'],
    ['a backslash anywhere', '/a\\b'],
    ['an encoded second slash', '/%2Fevil.example'],
    ['an encoded backslash', '/%5Cevil.example'],
    ['an encoded tab', '/%09/evil.example'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a line break', '/a\r\nset-cookie: x'],
    ['an encoded line break', '/%0d%0ax'],
    ['a null', '/a\u0000b'],
    ['delete', '/a\u007fb'],
    ['a control character of the second kind', '/a\u0085b'],
    ['the last one of them', '/a\u009fb'],
    ['an encoded one of them', '/a%C2%80b'],
    ['a scheme', 'javascript:alert(1)'],
    ['a leading blank', ' /dashboard'],
    ['encoded slashes', '%2F%2Fevil.example'],
  ])('refuses %s', (_name, path) => expect(returnPath(path)).toBeNull());

  it.each([
    '/login',
    '/login/x',
    '/login?error=x',
    '/login#x',
    '/%6Cogin',
    '/login%2Fx',
    '/login%3Fx',
  ])('does not lead back to the sign-in page: %s', (path) => expect(returnPath(path)).toBeNull());

  it.each(['a'.repeat(2048), 'é'.repeat(1024)])('refuses what is too long', (rest) =>
    expect(returnPath(`/${rest}`)).toBeNull(),
  );

  it.each([
    ['an encoding that is none', '/%'],
    ['bytes that are no text', '/%ff'],
  ])('refuses what the router could not read: %s', (_name, path) =>
    expect(returnPath(path)).toBeNull(),
  );

  it.each([null, undefined, 1, ['/a'], {}])('refuses %j, which is no text', (value) =>
    expect(returnPath(value)).toBeNull(),
  );
});
