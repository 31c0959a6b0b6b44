// Counts up until a number behind the salt has the wanted SHA-256 (ALTCHA's task). Written out in plain
// numbers: asking crypto.subtle once for every try is slower, and it is missing without HTTPS.
"use strict";

var ROUND = 2000;

// The first 64 bits of the fractional parts of roots, as the standard (FIPS 180-4) has them.
var CONSTANTS = [];
var START = [];

(function () {
  function fraction(value) {
    return ((value - Math.floor(value)) * 4294967296) | 0;
  }
  for (var candidate = 2; CONSTANTS.length < 64; candidate++) {
    var isPrime = true;
    for (var divisor = 2; divisor * divisor <= candidate; divisor++) {
      isPrime = isPrime && candidate % divisor !== 0;
    }
    if (isPrime) {
      if (START.length < 8) {
        START.push(fraction(Math.pow(candidate, 1 / 2)));
      }
      CONSTANTS.push(fraction(Math.pow(candidate, 1 / 3)));
    }
  }
})();

var words = new Int32Array(64);

function turned(value, by) {
  return (value >>> by) | (value << (32 - by));
}

function mix(state, block, offset) {
  var i;
  for (i = 0; i < 16; i++) {
    var at = offset + i * 4;
    words[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
  }
  for (i = 16; i < 64; i++) {
    var early = words[i - 15];
    var late = words[i - 2];
    words[i] =
      (words[i - 16] +
        (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)) +
        words[i - 7] +
        (turned(late, 17) ^ turned(late, 19) ^ (late >>> 10))) |
      0;
  }
  var a = state[0], b = state[1], c = state[2], d = state[3];
  var e = state[4], f = state[5], g = state[6], h = state[7];
  for (i = 0; i < 64; i++) {
    var one =
      (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[i] + words[i]) | 0;
    var two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function sha256(text) {
  var length = text.length;
  var block = new Uint8Array(((length + 72) >> 6) << 6);
  for (var i = 0; i < length; i++) {
    block[i] = text.charCodeAt(i);
  }
  block[length] = 128;
  new DataView(block.buffer).setUint32(block.length - 4, length * 8);
  var state = new Int32Array(START);
  for (var offset = 0; offset < block.length; offset += 64) {
    mix(state, block, offset);
  }
  return state;
}

// Salt and number are ASCII; `wanted` is hex.
function solve(task) {
  var wanted = [];
  for (var i = 0; i < 64; i += 8) {
    wanted.push(parseInt(task.challenge.substr(i, 8), 16) | 0);
  }
  for (var number = 0; number <= task.maxNumber; number++) {
    var found = sha256(task.salt + number);
    if (found[0] === wanted[0] && found[1] === wanted[1] && found[7] === wanted[7]) {
      return number;
    }
    if (number % ROUND === 0) {
      postMessage({ done: number / task.maxNumber });
    }
  }
  return -1;
}

onmessage = function (event) {
  postMessage({ number: solve(event.data) });
};
