import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { SecondFactor } from './second-factor';

describe('the second factor page', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<SecondFactor>;
  let page: HTMLElement;
  let field: HTMLInputElement;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ state: 'awaitingSecondFactor' }),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(SecondFactor);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.whenStable();
    field = page.querySelector('input')!;
  });

  afterEach(() => page.remove());

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  async function enter(text: string): Promise<void> {
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settle();
  }

  async function type(text: string): Promise<void> {
    for (let length = 1; length <= text.length; length++) await enter(text.slice(0, length));
  }

  async function submit(): Promise<void> {
    page.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await settle();
  }

  it('has one field that phones and password managers can fill', () => {
    expect(page.querySelectorAll('input')).toHaveLength(1);
    expect(field.inputMode).toBe('numeric');
    expect(field.autocomplete).toBe('one-time-code');
    expect(field.labels?.[0]?.textContent).toBe('6-digit code');
  });

  it.each(['123456', '123 456', ' 123456 '])(
    'sends %j when it is pasted or filled in by the device',
    async (text) => {
      await enter(text);
      expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '123456' });
    },
  );

  it('does not send a typed code before the button is pressed', async () => {
    await type('123 456');
    http.expectNone('/api/mfa/verify');
    await submit();
    expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '123456' });
  });

  it('applies the session of the response', async () => {
    await enter('123456');
    http.expectOne('/api/mfa/verify').flush({ mfaEnabled: true, session: { state: 'signedIn' } });
    await settle();
    expect(TestBed.inject(TestSession).signedIn()).toBe(true);
  });

  it('reports a wrong code and focuses the empty field', async () => {
    await enter('000000');
    http
      .expectOne('/api/mfa/verify')
      .flush({ code: 'code_invalid' }, { status: 400, statusText: 'Bad Request' });
    await settle();
    expect(page.querySelector('[role=alert]')?.textContent).toContain('This code is wrong');
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
  });

  it('does not send an incomplete code', async () => {
    await type('12345');
    await submit();
    http.expectNone('/api/mfa/verify');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
  });

  it('signs out on Cancel', async () => {
    const signOut = vi.spyOn(TestBed.inject(TestSession), 'signOut');
    [...page.querySelectorAll('button')]
      .find((button) => button.textContent.trim() === 'Cancel')!
      .click();
    await settle();
    expect(signOut).toHaveBeenCalledTimes(1);
  });
});
