import { TestBed } from '@angular/core/testing';
import { UserNames } from './user-names';
import { UserDetail, Users } from './users';

describe('the names of users', () => {
  let answers: Map<string, (user: Partial<UserDetail> | null) => void>;
  let names: UserNames;
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  beforeEach(() => {
    answers = new Map();
    const get = (id: string) =>
      new Promise((resolve, reject) =>
        answers.set(id, (user) => {
          if (user) resolve(user);
          else reject(new Error('not found'));
        }),
      );
    TestBed.configureTestingModule({ providers: [{ provide: Users, useValue: { get } }] });
    names = TestBed.inject(UserNames);
  });

  it('requests each user once, and four at a time', async () => {
    names.load(['1', '2', '2', '3', '4', '5']);
    names.load(['1', '5']);
    expect([...answers.keys()]).toEqual(['1', '2', '3', '4']);
    answers.get('2')?.({ id: '2', displayName: 'Ada' });
    await settle();
    expect(names.of('2')).toBe('Ada');
    expect([...answers.keys()]).toEqual(['1', '2', '3', '4', '5']);
    answers.clear();
    names.load(['2', '5']);
    expect(answers.size).toBe(0);
  });

  it('has no name of a user who was deleted', async () => {
    names.load(['1']);
    answers.get('1')?.(null);
    await settle();
    expect(names.of('1')).toBeNull();
  });
});
