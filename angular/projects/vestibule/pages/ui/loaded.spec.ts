import { Loaded } from './loaded';

it('loads again after an act, also while an earlier request is open', async () => {
  let state = 'before';
  const answers: (() => void)[] = [];
  const loaded = new Loaded(() => {
    const value = state;
    return new Promise<string>((resolve) => answers.push(() => resolve(value)));
  });
  expect(answers).toHaveLength(1);
  state = 'after';
  const done = Promise.all([loaded.load(), loaded.load()]);
  answers[0]?.();
  await vi.waitUntil(() => answers.length === 2);
  expect([loaded.value(), loaded.settled()]).toEqual(['before', false]);
  answers[1]?.();
  await done;
  expect([loaded.value(), loaded.settled(), answers.length]).toEqual(['after', true, 2]);
});
