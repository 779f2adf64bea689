import { HttpErrorResponse } from '@angular/common/http';
import english from '../text/shell/english';
import { impossibleText } from './impossible';

const refusal = (code: string) =>
  new HttpErrorResponse({
    status: 400,
    error: { code: 'invalid_request', errors: [{ field: 'by', code }] },
  });

it('explains an act that does not fit the settings, and no other error', () => {
  expect(impossibleText(english, refusal('mail_disabled'))).toMatch(/no mail server/);
  expect(impossibleText(english, refusal('toString'))).toBeNull();
  expect(impossibleText(english, new Error('offline'))).toBeNull();
});
