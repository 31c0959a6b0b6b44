// The way back of a step is open for seconds: then its offer leaves the page by itself. A press that
// is already on its way is left alone; the server knows the time better.
document.querySelectorAll("[data-undo]").forEach(function (offer) {
  setTimeout(function () {
    if (offer.querySelector("form[data-sent]")) {
      return;
    }
    var main = document.getElementById("main");
    if (offer.contains(document.activeElement) && main) {
      main.tabIndex = -1;
      main.focus();
    }
    offer.remove();
  }, Number(offer.dataset.undo) * 1000);
});
