import { DOCUMENT, Service, inject } from '@angular/core';

/** Leaves the app, for an address that the server has told. */
@Service()
export class Away {
  private readonly document = inject(DOCUMENT);

  to(address: string): void {
    if (!/^https?:\/\//.test(address)) throw new Error('The server led to no address of the web.');
    this.document.location.assign(address);
  }
}
