import {
  ApplicationRef,
  ComponentRef,
  DOCUMENT,
  EnvironmentInjector,
  Type,
  createComponent,
} from '@angular/core';
import { DIALOG_ATTRIBUTE } from './hidden-page';

/** Adds a dialog component to the page. Destroying it removes its element. */
export function openDialog<T>(
  environmentInjector: EnvironmentInjector,
  component: Type<T>,
  inputs: Readonly<Record<string, unknown>>,
): ComponentRef<T> {
  const dialog = createComponent(component, { environmentInjector });
  for (const [name, value] of Object.entries(inputs)) dialog.setInput(name, value);
  const host = dialog.location.nativeElement as HTMLElement;
  host.setAttribute(DIALOG_ATTRIBUTE, '');
  environmentInjector.get(DOCUMENT).body.append(host);
  environmentInjector.get(ApplicationRef).attachView(dialog.hostView);
  dialog.onDestroy(() => host.remove());
  return dialog;
}
