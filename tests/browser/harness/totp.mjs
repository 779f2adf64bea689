// An authenticator app: what a person's phone does with the key that a page shows (RFC 6238: SHA-1, 6 digits, 30 s).
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const STEP = 30;

/** The bytes of a base32 text; blanks and lower case are as good as what a person reads aloud. */
export function fromBase32(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/[\s=-]/g, '').toUpperCase()].map((letter) => {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new Error(`not base32: ${JSON.stringify(text)}`);
    return value.toString(2).padStart(5, '0');
  });
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      .map((byte) => parseInt(byte, 2)),
  );
}

/** The six digits of a time step. */
export function codeOf(key, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = mac.at(-1) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export class Authenticator {
  #key;
  #lastStep = 0;

  constructor(base32) {
    this.#key = fromBase32(base32);
  }

  /**
   * A code that was not given before. The service takes no step twice, but accepts the step before and after its own: when the
   * present step was used the next one is given early, and only when that is too far off there is a wait.
   */
  async code() {
    const now = () => Math.floor(Date.now() / 1000 / STEP);
    const step = Math.max(now(), this.#lastStep + 1);
    while (step > now() + 1) await sleep(250);
    this.#lastStep = step;
    return codeOf(this.#key, step);
  }

  /** The code given last, once more: a replay. */
  usedCode() {
    return codeOf(this.#key, this.#lastStep);
  }

  /** Six digits that are not the code of any step near now. */
  wrongCode() {
    const now = Math.floor(Date.now() / 1000 / STEP);
    const near = [-2, -1, 0, 1, 2].map((offset) => codeOf(this.#key, now + offset));
    return ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !near.includes(code));
  }
}
