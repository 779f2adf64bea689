import { Location } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import { TEXT } from '../text/text-loader';
import { Each } from '../ui/each';
import { urlWithParams } from '../ui/return-params';
import { SECTIONS, SECTION_PARAM, Section } from './section';

/** The links to the sections of the account page. */
@Component({
  selector: 'vestibule-account-nav',
  imports: [Each],
  template: `
    <nav [attr.aria-label]="text('account.sections')">
      <ul role="list">
        <li *appEach="let link of links()">
          <a
            [href]="link.href"
            [attr.aria-current]="link.current ? 'page' : null"
            (click)="open($event, link.url)"
            >{{ link.label }}</a
          >
        </li>
      </ul>
    </nav>
  `,
  styleUrl: './account-nav.css',
})
export class AccountNav {
  private readonly location = inject(Location);
  private readonly router = inject(Router);
  protected readonly text = inject(TEXT);

  readonly current = input.required<Section>();

  protected readonly links = computed(() =>
    SECTIONS.map((section) => {
      // The page keeps its path and its other parameters, so it works at any path and with hash routing.
      const url = urlWithParams(this.router, {
        [SECTION_PARAM]: section === SECTIONS[0] ? null : section,
      });
      return {
        url,
        href: this.location.prepareExternalUrl(url),
        label: this.text(`account.section.${section}`),
        current: section === this.current(),
      };
    }),
  );

  /** Opens the section without a page load. The browser handles clicks for a new tab or window. */
  protected open(event: MouseEvent, url: string): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    void this.router.navigateByUrl(url);
  }
}
