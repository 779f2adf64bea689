import { HttpErrorResponse } from '@angular/common/http';
import { firstValueFrom, throwError } from 'rxjs';
import { MergeResult } from '../../api/merges';
import { MergePreview } from './merge-preview';

const refusal = (reason: string) =>
  new HttpErrorResponse({
    status: 409,
    error: { code: 'merge_refused', reason, detail: 'From the service.' },
  });

/** A request that the service refuses. An error of a request is no `Error`. */
const throwing = (error: HttpErrorResponse) => firstValueFrom(throwError(() => error));

it('explains the rule that refuses a merge, and shows the next answer', async () => {
  const preview = new MergePreview(() => ({ same_user: 'The same user.' }));
  const text = () => preview.answer.failure()?.text(() => '');
  await preview.load(() => throwing(refusal('same_user')));
  expect(text()).toBe('The same user.');
  await preview.load(() => throwing(refusal('toString')));
  expect(text()).toBe('From the service.');
  const result = { changes: [] } as unknown as MergeResult;
  await preview.load(() => Promise.resolve(result));
  expect([preview.result(), preview.answer.failure()]).toEqual([result, null]);
});

it('keeps the reason of one merge from the next one', async () => {
  const preview = new MergePreview(() => ({ same_user: 'The same user.' }));
  const text = () => preview.answer.failure()?.text(() => '');
  await preview.load(() => throwing(refusal('same_user')));
  let refuse!: (error: unknown) => void;
  const late = preview.load(() => new Promise((_, reject) => (refuse = reject)));
  expect(preview.answer.failure()).toBeNull();
  await preview.load(() => throwing(refusal('another')));
  refuse(refusal('same_user'));
  await late;
  expect(text()).toBe('From the service.');
});
