import { Latest } from './latest';

/** A request that the test answers. */
function pending<T>() {
  let answer!: (value: T) => void;
  let refuse!: (error: Error) => void;
  const promise = new Promise<T>((resolve, reject) => ([answer, refuse] = [resolve, reject]));
  return { request: () => promise, answer, refuse };
}

it('drops the answer to an earlier request that arrives later', async () => {
  const latest = new Latest<string>();
  const [first, second] = [pending<string>(), pending<string>()];
  const runs = [latest.run(first.request), latest.run(second.request)];
  second.answer('second');
  await runs[1];
  expect([latest.value(), latest.busy()]).toEqual(['second', false]);
  first.answer('first');
  await runs[0];
  expect([latest.value(), latest.busy()]).toEqual(['second', false]);
});

it('drops a failure of an earlier request, and keeps the answer after a failure', async () => {
  const latest = new Latest<string>();
  const [first, second, third] = [pending<string>(), pending<string>(), pending<string>()];
  const runs = [latest.run(first.request), latest.run(second.request)];
  first.refuse(new Error('late'));
  await runs[0];
  expect([latest.failure(), latest.busy()]).toEqual([null, true]);
  second.answer('second');
  await runs[1];
  const last = latest.run(third.request);
  third.refuse(new Error('offline'));
  await last;
  expect(latest.value()).toBe('second');
  expect(latest.failure()).not.toBeNull();
});
