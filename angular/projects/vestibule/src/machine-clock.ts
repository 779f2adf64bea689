/**
 * Milliseconds since 1970 that never go back. A user who sets the clock back by an hour must not hide the end of the
 * session, so the time that has passed since the last reading counts too. The time of `performance` alone is not
 * enough: some systems stop it while the device sleeps.
 */
export class MachineClock {
  #offset = Date.now() - performance.now();

  now(): number {
    this.#offset = Math.max(this.#offset, Date.now() - performance.now());
    return Math.round(performance.now() + this.#offset);
  }
}
