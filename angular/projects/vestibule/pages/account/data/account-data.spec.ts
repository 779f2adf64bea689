import { reauthenticationRequired } from '../../../spec/dialogs';
import { TestSection } from '../../../spec/section';
import { AccountData } from './account-data';
import { DeletionBanner } from './deletion-banner';

describe('the data of the account', () => {
  let page: TestSection<AccountData>;

  async function open(user = {}): Promise<void> {
    page = new TestSection(AccountData, user, ['user']);
    await page.settle();
  }

  afterEach(() => page.remove());

  it('are downloaded as a file with the name that the server gives', async () => {
    await open();
    const files: string[] = [];
    const blobs: Blob[] = [];
    URL.createObjectURL = (blob: Blob) => (blobs.push(blob), 'blob:x');
    URL.revokeObjectURL = () => undefined;
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      files.push(this.download);
    });
    await page.press('Download');
    page.http
      .expectOne('/api/account/export')
      .flush(
        { user: { username: 'ada' } },
        { headers: { 'Content-Disposition': 'attachment; filename="vestibule-ada.json"' } },
      );
    await page.settle();
    click.mockRestore();
    expect(files).toEqual(['vestibule-ada.json']);
    expect(JSON.parse(await blobs[0]!.text())).toEqual({ user: { username: 'ada' } });
  });

  it('are deleted only after the name is typed', async () => {
    await open();
    const reload = vi.spyOn(page.session, 'reloadUser');
    expect(page.text('[aria-labelledby=delete]')).toContain('after 7 days');
    await page.press('Delete account');
    expect(page.text('label')).toBe('To confirm, type ada');
    await page.submit('#delete-phrase', 'Ada');
    expect(page.text('#delete-error')).toBe('Type exactly ada, or cancel.');
    expect(document.activeElement?.id).toBe('delete-phrase');
    await page.submit('#delete-phrase', ' ada ');
    expect(await page.answer('DELETE /api/account', { deletionAt: 'x' }, 202)).toEqual({
      confirmation: 'ada',
    });
    expect(reload).toHaveBeenCalledTimes(1);
    expect(page.focus()).toBe('Delete your account');
  });

  it('keep the typed name while the user gives the proof', async () => {
    await open();
    await page.press('Delete account');
    await page.submit('#delete-phrase', 'ada');
    await page.answer('DELETE /api/account', reauthenticationRequired('password'), 403);
    await vi.waitUntil(() => document.querySelector('dialog[open]'), { timeout: 20_000 });
    await page.press('Cancel');
    expect(page.host.querySelector<HTMLInputElement>('#delete-phrase')!.value).toBe('ada');
    expect(page.alert()).toBe('');
  });

  it('are not deleted where the operator does not allow it', async () => {
    await open({ canDelete: false });
    expect(page.texts('h2')).toEqual(['Export your data']);
  });

  it('show when the account is deleted', async () => {
    await open({ deletionAt: '2026-12-03T10:00:00.000Z' });
    expect(page.text('[aria-labelledby=delete]')).toContain('December 3, 2026');
    expect(page.text()).not.toContain('Delete account');
  });
});

describe('the banner of the deletion', () => {
  it('keeps the account', async () => {
    const deletionAt = '2026-12-03T10:00:00.000Z';
    const page = new TestSection(DeletionBanner, { deletionAt }, ['user']);
    await page.settle();
    expect(page.text('section')).toContain('will be deleted on Thursday, December 3, 2026');
    vi.spyOn(page.session, 'reloadUser').mockImplementation(() => {
      page.session.signIn({ deletionAt: null });
      page.fixture.componentRef.setInput('user', page.session.user());
      return Promise.resolve();
    });
    await page.press('Keep my account');
    await page.answer('POST /api/account/keep');
    expect(page.host.querySelector('section')).toBeNull();
    expect(page.status()).toBe('Your account is kept.');
    page.remove();
  });
});
