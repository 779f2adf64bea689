import { UserDetail, Users } from '../../api/users';
import { OpenUser } from './open-user';

const ada = {
  id: 'a1',
  username: 'ada',
  email: 'ada@corp.example',
  assignedRoles: ['editor'],
  roles: ['editor'],
  providers: [],
  status: 'active',
  revision: 3,
} as unknown as UserDetail;

it('says which fields another administrator changed since it was loaded', async () => {
  const answers = [ada, { ...ada, email: 'new@corp.example', assignedRoles: [], revision: 4 }];
  const get = vi.fn(() => Promise.resolve(answers.shift()));
  const open = new OpenUser({ get } as unknown as Users);
  open.open('a1');
  await vi.waitUntil(() => open.user.value());
  await open.reload();
  expect(open.changes()).toEqual([
    { field: 'email', before: 'ada@corp.example', after: 'new@corp.example' },
    { field: 'assignedRoles', before: ['editor'], after: [] },
  ]);
  expect(open.user.value()?.revision).toBe(4);
  answers.push(ada);
  await open.finish('Done.');
  expect([open.changes(), open.message()]).toEqual([[], 'Done.']);
});

it('keeps the message and the changes of a user from the page of the next one', async () => {
  const answers: ((user: UserDetail) => void)[] = [];
  const get = () => new Promise<UserDetail>((resolve) => answers.push(resolve));
  const open = new OpenUser({ get } as unknown as Users);
  for (const act of [() => open.finish('Disabled.'), () => open.reload()]) {
    open.open('a1');
    answers.pop()?.(ada);
    await vi.waitUntil(() => open.user.value());
    const done = act();
    const late = answers.pop();
    open.open('b2');
    answers.pop()?.({ ...ada, id: 'b2', username: 'barbara' });
    await vi.waitUntil(() => open.user.value());
    late?.(ada);
    await done;
    expect([open.user.value()?.id, open.message(), open.changes()]).toEqual(['b2', '', []]);
  }
});
