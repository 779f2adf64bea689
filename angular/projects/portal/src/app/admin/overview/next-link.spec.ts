import { linkOfCommand } from './next-link';

describe('the page for the next command of a finding', () => {
  it.each([
    [
      'vestibule events --type secondFactor --type reauthentication --outcome failure --since 2026-11-25T08:00:00Z',
      '/audit',
      {
        type: 'secondFactor,reauthentication',
        outcome: 'failure',
        from: '2026-11-25T08:00:00Z',
      },
    ],
    ['vestibule events --user 0199 --since 2026', '/audit', { user: '0199', from: '2026' }],
    ['vestibule users show 0199', '/users/0199', {}],
  ])('%s', (command, page, params) => {
    expect(linkOfCommand(command)).toEqual({ page, params });
  });

  it.each([
    'vestibule events verify',
    'vestibule events --json',
    'vestibule events --limit 5',
    'vestibule users list',
    'rm -rf /',
    '',
  ])('is none for %j', (command) => {
    expect(linkOfCommand(command)).toBeNull();
  });
});
