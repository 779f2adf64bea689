import { newUserOf } from './create-user';

function form(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

it('sends only the fields that have a value', () => {
  const empty = { username: ' ada ', email: '', displayName: '', roles: ' , ', reason: ' x ' };
  expect(newUserOf(form({ ...empty, access: 'none', emailVerified: 'on' }))).toEqual({
    username: 'ada',
    access: 'none',
    reason: 'x',
  });
  const full = { email: 'ada@corp.example', displayName: 'Ada', roles: 'a, b' };
  expect(newUserOf(form({ ...empty, ...full, access: 'invite-mail' }))).toEqual({
    username: 'ada',
    email: 'ada@corp.example',
    emailVerified: false,
    displayName: 'Ada',
    roles: ['a', 'b'],
    access: 'invite-mail',
    reason: 'x',
  });
});
