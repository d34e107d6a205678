// What names an answer: its id, its time, and the hash of its canonical form (the server computes the same one).

const bytes = new TextEncoder();

/** A new UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, the rest random. */
export function uuid7(milliseconds = Date.now()) {
  const value = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 6; index++) value[index] = Math.floor(milliseconds / 2 ** (8 * (5 - index))) % 256;
  value[6] = 0x70 | (value[6] & 0x0f);
  value[8] = 0x80 | (value[8] & 0x3f);
  const digits = [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** An instant as local time with its offset: 2026-11-22T08:15:00+07:00. */
export function zonedTime(instant = new Date()) {
  const offset = -instant.getTimezoneOffset();
  const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const part = (value) => String(Math.floor(value)).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${part(Math.abs(offset) / 60)}:${part(Math.abs(offset) % 60)}`;
}

/** Sorted keys, no spaces, nothing escaped that need not be. Keys are ASCII. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

// FIPS 180-4, here because crypto.subtle is missing on an intranet without TLS.
const roots = (exponent, count) => {
  const found = [];
  for (let candidate = 2; found.length < count; candidate++) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor++) prime &&= candidate % factor > 0;
    if (prime) found.push((candidate ** exponent % 1) * 2 ** 32 | 0);
  }
  return found;
};
const START = roots(1 / 2, 8);
const ROUND = roots(1 / 3, 64);
const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** SHA-256 of a text as UTF-8, in hexadecimal. */
export function sha256(text) {
  const message = bytes.encode(text);
  const view = new DataView(new ArrayBuffer((((message.length + 8) >> 6) + 1) * 64));
  message.forEach((byte, index) => view.setUint8(index, byte));
  view.setUint8(message.length, 0x80);
  view.setUint32(view.byteLength - 4, message.length * 8);
  const state = [...START];
  for (let block = 0; block < view.byteLength; block += 64) compress(state, view, block);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function compress(state, view, block) {
  const words = Array.from({ length: 64 }, (_, index) => (index < 16 ? view.getInt32(block + index * 4) : 0));
  for (let index = 16; index < 64; index++) {
    const [low, high] = [words[index - 15], words[index - 2]];
    const first = turn(low, 7) ^ turn(low, 18) ^ (low >>> 3);
    const second = turn(high, 17) ^ turn(high, 19) ^ (high >>> 10);
    words[index] = (words[index - 16] + first + words[index - 7] + second) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let index = 0; index < 64; index++) {
    const mixed = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[index] + words[index];
    const majority = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + mixed) | 0, c, b, a, (mixed + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = (state[index] + word) | 0));
}
