/** How the page of a pending link ended: the message for the next page, and whether something was linked. */
export interface LinkResult {
  readonly message: string;
  readonly good: boolean;
}
