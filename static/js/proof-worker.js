// Looks for the number whose SHA-256 with the salt is the challenge (ALTCHA, version 1).
var REPORT_EVERY = 500;

function hex(buffer) {
  return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
    return byte.toString(16).padStart(2, "0");
  }).join("");
}

async function solve(puzzle) {
  var began = Date.now();
  var encoder = new TextEncoder();
  for (var number = 0; number <= puzzle.maxnumber; number += 1) {
    var digest = await crypto.subtle.digest(puzzle.algorithm, encoder.encode(puzzle.salt + number));
    if (hex(digest) === puzzle.challenge) {
      return { number: number, took: Date.now() - began };
    }
    if (number % REPORT_EVERY === 0) {
      postMessage({ done: number / puzzle.maxnumber });
    }
  }
  return { failed: true };
}

onmessage = function (event) {
  solve(event.data).then(postMessage, function () {
    postMessage({ failed: true });
  });
};
