// An authenticator app (RFC 6238: SHA-1, 6 digits, steps of 30 s).
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const STEP = 30;

/** Decodes base32; ignores spaces and case. */
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

/** Returns the six digits of a time step. */
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
   * Returns a code that was not returned before. The service accepts each step once, and also the step before and after
   * its own. If the current step is used, this returns the next one early; it waits only if that step is too far away.
   */
  async code() {
    const now = () => Math.floor(Date.now() / 1000 / STEP);
    const step = Math.max(now(), this.#lastStep + 1);
    while (step > now() + 1) await sleep(250);
    this.#lastStep = step;
    return codeOf(this.#key, step);
  }

  /** Returns the last code again, as a replay would send it. */
  usedCode() {
    return codeOf(this.#key, this.#lastStep);
  }

  /** Returns six digits that no step near the current one has. */
  wrongCode() {
    const now = Math.floor(Date.now() / 1000 / STEP);
    const near = [-2, -1, 0, 1, 2].map((offset) => codeOf(this.#key, now + offset));
    return ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !near.includes(code));
  }
}
