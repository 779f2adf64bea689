import {
  Component,
  Directive,
  EnvironmentInjector,
  Injectable,
  ViewEncapsulation,
  createComponent,
  inject,
} from '@angular/core';
import { Language } from '@vestibule/angular';

/** The carrier of the base styles: the framework adds them to the document, with the nonce of the application. */
@Component({
  selector: 'vestibule-styles',
  template: '',
  styleUrl: './vestibule.css',
  encapsulation: ViewEncapsulation.None,
})
class VestibuleStyles {}

/** Adds the base styles once. They stay, so that no page is shown without them. */
@Injectable({ providedIn: 'root' })
class BaseStyles {
  constructor() {
    createComponent(VestibuleStyles, { environmentInjector: inject(EnvironmentInjector) });
  }
}

/**
 * Gives the host of a page or dialog the base styles, the language and the writing direction of the texts.
 *
 * @example
 * ```ts
 * @Component({ selector: 'app-sign-in', hostDirectives: [VestibuleRoot], template: '…' })
 * export class MySignIn {}
 * ```
 */
@Directive({
  selector: '[vestibuleRoot]',
  host: {
    class: 'vestibule',
    '[attr.lang]': 'language.current()',
    '[attr.dir]': 'language.direction()',
  },
})
export class VestibuleRoot {
  protected readonly language = inject(Language);

  constructor() {
    inject(BaseStyles);
  }
}
