import { NewestList } from './newest-list';

describe('the list of new events', () => {
  let list: NewestList<{ id: string }>;
  const ids = () => list.items().map(({ id }) => id);
  const add = (...items: string[]) => items.forEach((id) => list.add({ id }));

  beforeEach(() => (list = new NewestList(3)));

  it('has the newest first, and is bounded', () => {
    add('1', '2', '3', '4');
    expect(ids()).toEqual(['4', '3', '2']);
    expect(list.received()).toBe(4);
  });

  it('has each event once', () => {
    add('1', '1');
    list.pause();
    add('1', '2', '2');
    expect(list.waiting()).toBe(1);
    expect(list.received()).toBe(2);
  });

  it('stays as it is while it is paused, and then shows what waited', () => {
    add('1', '2');
    list.pause();
    add('3', '4');
    expect(ids()).toEqual(['2', '1']);
    expect(list.waiting()).toBe(2);
    list.resume();
    expect(ids()).toEqual(['4', '3', '2']);
    expect(list.waiting()).toBe(0);
    add('5');
    expect(ids()[0]).toBe('5');
  });

  it('is empty for other filters, also of what waits', () => {
    add('1');
    list.pause();
    add('2');
    list.clear();
    expect([ids(), list.waiting()]).toEqual([[], 0]);
    add('2');
    expect(list.waiting()).toBe(1);
  });

  it('is bounded while it is paused', () => {
    list.pause();
    add('1', '2', '3', '4');
    expect(list.waiting()).toBe(3);
  });
});
