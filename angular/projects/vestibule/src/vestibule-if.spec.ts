import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '../testing/test-session';
import { SignedInCondition } from './condition';
import { VestibuleIf } from './vestibule-if';

@Component({
  selector: 'vestibule-host',
  imports: [VestibuleIf],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p *vestibuleIf class="any">any</p>
    <p *vestibuleIf="'admin'" class="admin">admin</p>
    <p *vestibuleIf="condition(); else other" class="condition">condition</p>
    <ng-template #other><p class="other">other</p></ng-template>
  `,
})
class Host {
  readonly condition = signal<SignedInCondition>({ role: ['editor', 'admin'] });
}

describe('*vestibuleIf', () => {
  let fixture: ComponentFixture<Host>;
  let session: TestSession;

  function shown(): string[] {
    const all = (fixture.nativeElement as HTMLElement).querySelectorAll('p');
    return [...all].map(({ className }) => className);
  }

  beforeEach(async () => {
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting()] });
    session = TestBed.inject(TestSession);
    fixture = TestBed.createComponent(Host);
    await fixture.whenStable();
  });

  it('shows nothing to users without a session', () => expect(shown()).toEqual(['other']));

  it('follows the session', async () => {
    session.signIn({ roles: ['admin'] });
    await fixture.whenStable();
    expect(shown()).toEqual(['any', 'admin', 'condition']);
    session.signIn({ roles: ['editor'] });
    await fixture.whenStable();
    expect(shown()).toEqual(['any', 'condition']);
    session.end('idle');
    await fixture.whenStable();
    expect(shown()).toEqual(['other']);
  });

  it('follows its condition', async () => {
    session.signIn({ roles: [] });
    await fixture.whenStable();
    expect(shown()).toEqual(['any', 'other']);
    fixture.componentInstance.condition.set({ when: ({ username }) => username === 'ada' });
    await fixture.whenStable();
    expect(shown()).toEqual(['any', 'condition']);
    fixture.componentInstance.condition.set({ amr: 'mfa' });
    await fixture.whenStable();
    expect(shown()).toEqual(['any', 'other']);
  });

  it.each([
    [() => Promise.resolve(true), ['any', 'condition']],
    [() => Promise.resolve(false), ['any', 'other']],
    [() => Promise.reject(new Error('offline')), ['any', 'other']],
  ])('waits for a promise', async (when, expected) => {
    fixture.componentInstance.condition.set({ when });
    session.signIn();
    await fixture.whenStable();
    await Promise.resolve();
    await fixture.whenStable();
    expect(shown()).toEqual(expected);
  });

  it('ignores a promise about an earlier user', async () => {
    let resolve!: (value: boolean) => void;
    fixture.componentInstance.condition.set({
      when: () => new Promise((done) => (resolve = done)),
    });
    session.signIn();
    await fixture.whenStable();
    session.end('signed_out');
    await fixture.whenStable();
    resolve(true);
    await fixture.whenStable();
    expect(shown()).toEqual(['other']);
  });
});
