// The form came back because many matters came from here: this browser counts for a second or two
// (proof-worker.js) and sends it again by itself. Whoever has no worker reads when to try again.
(function () {
  "use strict";

  var part = document.querySelector("[data-proof]");
  if (!part || !window.Worker) {
    return;
  }
  var form = part.closest("form");
  var task = JSON.parse(part.dataset.proof);
  var bar = part.querySelector("progress");

  function giveUp() {
    part.querySelector("[data-proof-busy]").hidden = true;
    document.querySelector("[data-proof-refusal]").hidden = false;
  }

  function send(number) {
    form.elements.altcha.value = btoa(
      JSON.stringify({
        algorithm: task.algorithm,
        challenge: task.challenge,
        number: number,
        salt: task.salt,
        signature: task.signature,
      })
    );
    // Everything was found right before it came back; no button need be pressed again.
    form.dataset.sent = "1";
    form.submit();
  }

  var worker = new Worker(part.dataset.worker);
  worker.onerror = giveUp;
  worker.onmessage = function (event) {
    if (event.data.number === undefined) {
      bar.value = event.data.done;
    } else if (event.data.number < 0) {
      giveUp();
    } else {
      send(event.data.number);
    }
  };
  document.querySelector("[data-proof-refusal]").hidden = true;
  part.querySelector("[data-proof-busy]").hidden = false;
  worker.postMessage(task);
})();
