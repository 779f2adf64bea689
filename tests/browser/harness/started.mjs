// What a test started and must stop again: servers, browsers, folders.

/**
 * Stops parts in the reverse order of their start. A part that cannot be stopped leaves no other part running, and the error has
 * its name.
 */
export class Started {
  #parts = [];

  /** Adds a part. `stop` ends it. */
  add(name, stop) {
    this.#parts.push({ name, stop });
  }

  async stop() {
    const errors = [];
    for (const { name, stop } of this.#parts.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        errors.push(new Error(`${name} could not be stopped: ${error.message}`, { cause: error }));
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
  }
}
