// Shows the button that prints the page, where there is a printer to talk to.
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
})();
