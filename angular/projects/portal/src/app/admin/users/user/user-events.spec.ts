import { Injector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { provideVestibuleTesting } from '@vestibule/angular/testing';
import { Params } from '../../api/admin-api';
import { AdminEvents } from '../../api/events';
import { UserDetail } from '../../api/users';
import { decisionText } from '../../text/decision';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { UserEvents } from './user-events';

it('drops older events that arrive after an act has changed the first page', async () => {
  const user = { id: 'a1', identities: [] } as unknown as UserDetail;
  const answers: ((page: unknown) => void)[] = [];
  const asked: Params[] = [];
  const list = (params: Params) => {
    asked.push(params);
    return new Promise((resolve) => answers.push(resolve));
  };
  const page = (type: string, nextCursor: string | null) => ({
    items: [{ id: type, type, outcome: 'success', at: '2026-11-01T10:00:00Z', details: null }],
    nextCursor,
  });
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      provideVestibuleTesting({ user: {} }),
      { provide: AdminEvents, useValue: { list } },
    ],
  });
  const injector = TestBed.inject(Injector);
  await Promise.all([userText, shellText, decisionText].map((text) => text.load(injector)));
  const fixture = TestBed.createComponent(UserEvents);
  const element = fixture.nativeElement as HTMLElement;
  const settle = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  };
  const shown = () => element.querySelectorAll('li').length;
  const older = () => element.querySelector('button')?.click();

  fixture.componentRef.setInput('user', user);
  await settle();
  answers[0]?.(page('signOut', 'c1'));
  await settle();
  older();
  // An act loads the user and the events again.
  fixture.componentRef.setInput('user', { ...user });
  await settle();
  answers[2]?.(page('userDisabled', 'c2'));
  await settle();
  answers[1]?.(page('userCreated', null));
  await settle();
  expect(shown()).toBe(1);
  older();
  expect(asked.at(-1)?.['cursor']).toBe('c2');
  answers[3]?.(page('userCreated', null));
  await settle();
  expect(shown()).toBe(2);
});
