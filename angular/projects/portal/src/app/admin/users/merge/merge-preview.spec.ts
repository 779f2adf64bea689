import { HttpErrorResponse } from '@angular/common/http';
import { MergeResult } from '../../api/merges';
import { MergePreview } from './merge-preview';

const refusal = (reason: string) =>
  new HttpErrorResponse({
    status: 409,
    error: { code: 'merge_refused', reason, detail: 'From the service.' },
  });

it('explains the rule that refuses a merge, and shows the next answer', async () => {
  const preview = new MergePreview(() => ({ same_user: 'The same user.' }));
  const text = () => preview.answer.failure()?.text(() => '');
  await preview.load(() => Promise.reject(refusal('same_user')));
  expect(text()).toBe('The same user.');
  await preview.load(() => Promise.reject(refusal('toString')));
  expect(text()).toBe('From the service.');
  const result = { changes: [] } as unknown as MergeResult;
  await preview.load(() => Promise.resolve(result));
  expect([preview.result(), preview.answer.failure()]).toEqual([result, null]);
});
