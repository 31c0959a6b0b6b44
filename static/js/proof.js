// Past the limits the browser works some seconds for its matter, and hands it in by itself (ALTCHA).
(function () {
  var box = document.querySelector("[data-puzzle]");
  if (!box) {
    return;
  }
  var form = document.getElementById("report");
  var puzzle = JSON.parse(box.dataset.puzzle);
  var worker = new Worker(box.dataset.worker);
  box.querySelector("[data-working]").hidden = false;
  box.querySelector("[data-waiting]").hidden = true;
  worker.onmessage = function (event) {
    if (typeof event.data.done === "number") {
      box.querySelector("progress").value = event.data.done;
      return;
    }
    if (event.data.failed) {
      box.querySelector("[data-working]").hidden = true;
      box.querySelector("[data-waiting]").hidden = false;
      return;
    }
    puzzle.number = event.data.number;
    puzzle.took = event.data.took;
    delete puzzle.maxnumber;
    var proof = document.createElement("input");
    proof.type = "hidden";
    proof.name = "proof";
    proof.value = btoa(JSON.stringify(puzzle));
    form.appendChild(proof);
    form.requestSubmit();
  };
  worker.postMessage(puzzle);
})();
