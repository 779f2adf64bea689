import { Type } from '@angular/core';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { User } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, fakeModalDialogs, provideDialogs, textOf } from './dialogs';

/** A section of the account page for tests: in the document, with the dialog of the re-authentication. */
export class TestSection<T> {
  readonly http: HttpTestingController;
  readonly session: TestSession;
  readonly fixture: ComponentFixture<T>;
  readonly host: HTMLElement;

  constructor(component: Type<T>, user: Partial<User> = {}, inputs: readonly string[] = []) {
    fakeModalDialogs();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        provideDialogs(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ user }),
      ],
    });
    this.http = TestBed.inject(HttpTestingController);
    this.session = TestBed.inject(TestSession);
    this.fixture = TestBed.createComponent(component);
    this.host = this.fixture.nativeElement as HTMLElement;
    document.body.append(this.host);
    for (const input of inputs) this.fixture.componentRef.setInput(input, this.session.user());
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      await this.fixture.whenStable();
    }
  }

  /** Responds to the request of a route. Returns the body of the request. */
  async answer(request: string, body: object = {}, status = 200): Promise<unknown> {
    const [method, url] = request.split(' ') as [string, string];
    const found = this.http.expectOne((each) => each.method === method && each.url === url);
    found.flush(body, { status, statusText: 'x' });
    await this.settle();
    return found.request.body;
  }

  async press(name: string): Promise<void> {
    button(name).click();
    await this.settle();
  }

  /** Types into a field and sends its form. */
  async submit(selector: string, value: string): Promise<void> {
    const field = this.host.querySelector<HTMLInputElement>(selector);
    if (!field) throw new Error(`no field ${selector}`);
    field.value = value;
    field.dispatchEvent(new Event('input'));
    field.form?.dispatchEvent(new Event('submit', { cancelable: true }));
    await this.settle();
  }

  text(selector?: string): string {
    return textOf(selector ? this.host.querySelector(selector) : this.host);
  }

  texts(selector: string): string[] {
    return [...this.host.querySelectorAll(selector)].map(textOf);
  }

  alert(): string {
    return this.text('[role=alert]');
  }

  status(): string {
    return this.texts('[role=status] .notice').join(' ');
  }

  focus(): string {
    return textOf(document.activeElement);
  }

  remove(): void {
    this.host.remove();
    this.session.end(null);
  }
}
