// Shows the button that prints the page, where there is a printer to talk to; what is folded is printed open.
(function () {
  "use strict";

  var place = document.querySelector("[data-print]");
  if (!place || typeof window.print !== "function") {
    return;
  }
  place.hidden = false;
  place.querySelector("button").addEventListener("click", function () {
    window.print();
  });

  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.from(document.querySelectorAll("details[data-print-open]:not([open])"));
    folded.forEach(function (details) {
      details.open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) {
      details.open = false;
    });
  });
})();
