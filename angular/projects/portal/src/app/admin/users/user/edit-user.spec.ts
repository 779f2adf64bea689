import { UserDetail } from '../../api/users';
import { changesOf, rolesOf } from './edit-user';

const ada = {
  username: 'ada',
  email: 'ada@corp.example',
  emailVerified: true,
  displayName: 'Ada',
  locale: null,
  assignedRoles: ['editor'],
  mustChangePassword: false,
} as unknown as UserDetail;

function form(values: Record<string, string>): FormData {
  const data = new FormData();
  const all = {
    username: 'ada',
    email: 'ada@corp.example',
    displayName: 'Ada',
    locale: '',
    roles: 'editor',
    emailVerified: 'on',
    ...values,
  };
  for (const [name, value] of Object.entries(all)) if (value !== '-') data.set(name, value);
  return data;
}

it.each([
  [{}, {}],
  [{ displayName: ' Ada Lovelace ' }, { displayName: 'Ada Lovelace' }],
  [{ email: '' }, { email: null }],
  [
    { emailVerified: '-', mustChangePassword: 'on' },
    { emailVerified: false, mustChangePassword: true },
  ],
  [{ roles: 'editor, admin:read' }, { roles: ['editor', 'admin:read'] }],
  [{ roles: '' }, { roles: [] }],
])('sends only what was changed: %j', (values, changes) => {
  expect(changesOf(ada, form(values as Record<string, string>))).toEqual(changes);
});

it('reads roles with commas', () => {
  expect(rolesOf(' a,, b ,a ')).toEqual(['a', 'b']);
});
