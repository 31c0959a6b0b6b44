// Gives the stock admin's search boxes the name of their field: an empty one has none for a screen reader.
(function () {
  "use strict";

  function name(box) {
    var select = box.previousElementSibling;
    var label = select && select.id && document.querySelector('label[for="' + select.id + '"]');
    if (!label) {
      return;
    }
    box.querySelectorAll('[role="combobox"], [role="textbox"]').forEach(function (part) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label.textContent.replace(/[:：]\s*$/, "").trim());
    });
  }

  function nameAll() {
    document.querySelectorAll(".select2-container:not([data-named])").forEach(function (box) {
      box.dataset.named = "1";
      name(box);
    });
  }

  nameAll();
  // The boxes are made when everything is ready, and again for each row that is added.
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
})();
